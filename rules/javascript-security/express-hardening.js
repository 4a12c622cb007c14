const express = require("express");

function open() {
  // ruleid: express-without-helmet
  const app = express();
  app.get("/", home);
  app.listen(3000);
}

function alsoOpen() {
  // ruleid: express-without-helmet
  const server = express();
  server.listen(3000);
}

function hardened() {
  // ok: express-without-helmet
  const app = express();
  app.use(helmet());
  app.listen(3000);
}

function tested() {
  // ok: express-without-helmet
  const app = express();
  return app;
}

app.use((error, req, res, next) => {
  // ruleid: express-error-details
  res.status(500).send(error.stack);
  // ruleid: express-error-details
  res.json({ message: error.message, stack: error.stack });
  // ok: express-error-details
  res.status(500).send("internal error");
  // ok: express-error-details
  console.error(error.stack);
});
