// Set-up file of every test: a warning of Node becomes an unhandled error, which fails the run.
process.on('warning', (warning) => {
  throw warning;
});
