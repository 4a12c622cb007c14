// ruleid: pkg-js-write-file
fs.appendFileSync("x", "y");
// ruleid: pkg-js-write-file
fs.promises.writeFile("x", "y");
// ok: pkg-js-write-file
fs.readFileSync("x");
// ok: pkg-js-write-file
write("x");
