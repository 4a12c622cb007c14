// ruleid: pkg-js-decoded-code
eval(atob("MQ=="));
// ruleid: pkg-js-decoded-code
new Function(Buffer.from("MQ==", "base64").toString())();
// ok: pkg-js-decoded-code
console.log(atob("MQ=="));
// ok: pkg-js-decoded-code
new Function("return this")();
// ruleid: pkg-js-invisible-code
const f = v => (w = v.codePointAt(0), w >= 0xFE00 ? w : eval(w));
// ok: pkg-js-invisible-code
const isSelector = c => c === 0xFE0F;
// ruleid: pkg-js-invisible-code
const g = w => String.fromCodePoint(w - 0xe0000);
// ok: pkg-js-invisible-code
const h = w => String.fromCodePoint(w);
