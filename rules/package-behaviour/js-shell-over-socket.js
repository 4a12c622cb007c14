// ruleid: pkg-js-shell-over-socket
client.pipe(sh.stdin);
// ruleid: pkg-js-shell-over-socket
socket.pipe(child.stdin);
// ok: pkg-js-shell-over-socket
child.stdout.pipe(process.stdout);
// ok: pkg-js-shell-over-socket
a.pipe(b);
