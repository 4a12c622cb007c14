// ruleid: pkg-js-hooked-provider
window.ethereum.request = function (a) { return a; };
// ruleid: pkg-js-hooked-provider
globalThis.ethereum.request = hook;
// ok: pkg-js-hooked-provider
window.ethereum.request({ method: "eth_accounts" });
// ok: pkg-js-hooked-provider
const request = window.ethereum.request;
// ruleid: pkg-js-hooked-fetch
globalThis.fetch = async function (a) { return a; };
// ruleid: pkg-js-hooked-fetch
XMLHttpRequest.prototype.open = function (a) { return a; };
// ok: pkg-js-hooked-fetch
const before = globalThis.fetch;
// ok: pkg-js-hooked-fetch
fetch("x");
// ruleid: pkg-js-asks-for-payment
window.ethereum.request({ method: "eth_sendTransaction", params: [{ from, to }] });
// ruleid: pkg-js-asks-for-payment
provider.request({ params: [], method: "eth_signTypedData_v4" });
// ok: pkg-js-asks-for-payment
window.ethereum.request({ method: "eth_requestAccounts" });
// ok: pkg-js-asks-for-payment
client.request({ method: "eth_chainId" });
