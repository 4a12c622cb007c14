// ruleid: post-message-any-target
parent.postMessage(data, "*");
// ruleid: post-message-any-target
frame.contentWindow.postMessage({ token }, "*");
// ok: post-message-any-target
parent.postMessage(data, "https://example.org");
// ok: post-message-any-target
worker.postMessage(data);
// ruleid: message-origin-unchecked
window.addEventListener("message", (event) => {
  run(event.data);
});
// ruleid: message-origin-unchecked
window.onmessage = function (event) {
  run(event.data);
};
// ok: message-origin-unchecked
window.addEventListener("message", (event) => {
  if (event.origin !== "https://example.org") return;
  run(event.data);
});
// ok: message-origin-unchecked
window.addEventListener("click", (event) => run(event));
