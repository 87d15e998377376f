# Completion of gandi-provision; written by `make generated` from the table of commands.
complete -c gandi-provision -f
complete -c gandi-provision -s h -l help -d 'show help'
complete -c gandi-provision -n __fish_use_subcommand -s V -l version -d 'show the version'
