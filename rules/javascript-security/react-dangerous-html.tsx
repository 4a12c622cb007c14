import DOMPurify from "dompurify";

const body = (
  // ruleid: react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: comment.body }} />
);
const rendered = (
  // ruleid: react-dangerous-html
  <p className="b" dangerouslySetInnerHTML={{ __html: marked(comment.body) }} />
);
const cleaned = (
  // ok: react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(comment.body) }} />
);
const line = (
  // ok: react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: "<hr>" }} />
);
const site = (
  // ruleid: react-javascript-url
  <a href={user.website}>Site</a>
);
const link = (
  // ruleid: react-javascript-url
  <a className="x" href={comment.url}>Link</a>
);
const profile = (
  // ok: react-javascript-url
  <a href={`/users/${user.id}`}>Profile</a>
);
const home = (
  // ok: react-javascript-url
  <a href="https://example.org">Home</a>
);
