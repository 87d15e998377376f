# Completion of gandi-agent; written by `make generated` from the table of commands.
complete -c gandi-agent -f
complete -c gandi-agent -n __fish_use_subcommand -l version
complete -c gandi-agent -n __fish_use_subcommand -a bootstrap -d 'apply the platform'\''s configuration once, and enable the swap disk'
complete -c gandi-agent -n '__fish_seen_subcommand_from bootstrap' -l again
complete -c gandi-agent -n '__fish_seen_subcommand_from bootstrap' -l dry-run
complete -c gandi-agent -n '__fish_seen_subcommand_from bootstrap' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from bootstrap' -F
complete -c gandi-agent -n __fish_use_subcommand -a config -d 'set consoles, time, cron and sshd as the flags allow, and run the admin'\''s own steps'
complete -c gandi-agent -n '__fish_seen_subcommand_from config' -l dry-run
complete -c gandi-agent -n '__fish_seen_subcommand_from config' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from config' -F
complete -c gandi-agent -n __fish_use_subcommand -a mount -d 'mount the data disks that are attached, and wait until all are'
complete -c gandi-agent -n '__fish_seen_subcommand_from mount' -l dry-run
complete -c gandi-agent -n __fish_use_subcommand -a postboot -d 'run the customer'\''s script and command, once for a payload'
complete -c gandi-agent -n '__fish_seen_subcommand_from postboot' -l dry-run
complete -c gandi-agent -n '__fish_seen_subcommand_from postboot' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from postboot' -F
complete -c gandi-agent -n __fish_use_subcommand -a hotplug -d 'handle the devices whose events wait in the spool'
complete -c gandi-agent -n '__fish_seen_subcommand_from hotplug' -l dry-run
complete -c gandi-agent -n __fish_use_subcommand -a disk -d 'list the data disks, explain one, mount one, unmount one so that it can be pulled, or have autofs mount them'
complete -c gandi-agent -n '__fish_seen_subcommand_from disk' -a 'list explain attach detach autofs'
complete -c gandi-agent -n '__fish_seen_subcommand_from disk' -l json
complete -c gandi-agent -n '__fish_seen_subcommand_from disk' -l force
complete -c gandi-agent -n '__fish_seen_subcommand_from disk' -F
complete -c gandi-agent -n __fish_use_subcommand -a network -d 'show what is configured, by which file, and what differs; or see that a change of it works'
complete -c gandi-agent -n '__fish_seen_subcommand_from network' -a 'show confirm'
complete -c gandi-agent -n '__fish_seen_subcommand_from network' -l json
complete -c gandi-agent -n __fish_use_subcommand -a simple-init -d 'apply an OpenStack config-drive, with the options of glean'
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l noop
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l distro
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l interface
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l ssh
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l hostname
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l skip-network
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l use-nm
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l skip-dns
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l no-dhcp-fallback
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -l debug
complete -c gandi-agent -n '__fish_seen_subcommand_from simple-init' -F
complete -c gandi-agent -n __fish_use_subcommand -a status -d 'show what the agent did in this boot, and what failed'
complete -c gandi-agent -n '__fish_seen_subcommand_from status' -l json
complete -c gandi-agent -n '__fish_seen_subcommand_from status' -l wait
complete -c gandi-agent -n '__fish_seen_subcommand_from status' -l timeout
complete -c gandi-agent -n __fish_use_subcommand -a timeline -d 'show every hotplug event of this boot: how long udev, the queue and the answer took'
complete -c gandi-agent -n '__fish_seen_subcommand_from timeline' -l json
complete -c gandi-agent -n __fish_use_subcommand -a doctor -d 'find out why something was not done, and say what to do about it'
complete -c gandi-agent -n '__fish_seen_subcommand_from doctor' -l json
complete -c gandi-agent -n __fish_use_subcommand -a collect -d 'put what support needs into one archive, without secrets'
complete -c gandi-agent -n '__fish_seen_subcommand_from collect' -l output
complete -c gandi-agent -n '__fish_seen_subcommand_from collect' -F
complete -c gandi-agent -n __fish_use_subcommand -a payload -d 'create a swap disk with a configuration on it, or show what one holds'
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -a 'create inspect'
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l config
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l script
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l modules
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l output
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l size
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l force
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -l json
complete -c gandi-agent -n '__fish_seen_subcommand_from payload' -F
complete -c gandi-agent -n __fish_use_subcommand -a image -d 'remove what one machine has, keys, identity and state, before its disk becomes an image'
complete -c gandi-agent -n '__fish_seen_subcommand_from image' -a 'clean'
complete -c gandi-agent -n '__fish_seen_subcommand_from image' -l dry-run
complete -c gandi-agent -n '__fish_seen_subcommand_from image' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from image' -F
complete -c gandi-agent -n __fish_use_subcommand -a migrate -d 'take over from gandi-hosting-vm2; the package does so when it is installed'
complete -c gandi-agent -n '__fish_seen_subcommand_from migrate' -l dry-run
complete -c gandi-agent -n '__fish_seen_subcommand_from migrate' -l root
complete -c gandi-agent -n '__fish_seen_subcommand_from migrate' -F
complete -c gandi-agent -n __fish_use_subcommand -a validate -d 'check the JSON of a payload or a flags file, and name every mistake in it'
complete -c gandi-agent -n '__fish_seen_subcommand_from validate' -F
