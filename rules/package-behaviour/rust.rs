fn main() {
    // ruleid: pkg-rs-network
    let a = TcpStream::connect("x:1");
    // ruleid: pkg-rs-network
    let b = reqwest::blocking::get("x");
    // ok: pkg-rs-network
    let c = TcpListener::bind("x:1");
    // ok: pkg-rs-network
    let d = request::get();
    // ruleid: pkg-rs-execute
    Command::new("/tmp/x");
    // ruleid: pkg-rs-execute
    Command::new(path);
    // ok: pkg-rs-execute
    Command::new("git");
    // ok: pkg-rs-execute
    Command::new(rustc);
    // ruleid: pkg-rs-shell, pkg-rs-execute
    Command::new("sh");
    // ruleid: pkg-rs-shell, pkg-rs-execute
    Command::new("/bin/bash");
    // ok: pkg-rs-shell
    Command::new("make");
    // ok: pkg-rs-shell
    let sh = "sh";
    // ruleid: pkg-rs-collect
    let e: Vec<_> = env::vars().collect();
    // ruleid: pkg-rs-collect
    let f = whoami::username();
    // ok: pkg-rs-collect
    let g = env::var("OUT_DIR");
    // ok: pkg-rs-collect
    for (k, v) in env::vars() {}
    // ruleid: pkg-rs-credential
    read("/home/x/.ssh/id_rsa");
    // ruleid: pkg-rs-credential
    read(".npmrc");
    // ok: pkg-rs-credential
    read("ssh.rs");
    // ok: pkg-rs-credential
    read("Cargo.toml");
    // ruleid: pkg-rs-persistence
    open("~/.bashrc");
    // ruleid: pkg-rs-persistence
    open("authorized_keys");
    // ok: pkg-rs-persistence
    open("bash.rs");
    // ok: pkg-rs-persistence
    open("run");
    // ruleid: pkg-rs-make-executable
    Permissions::from_mode(0o755);
    // ruleid: pkg-rs-make-executable
    Permissions::from_mode(0o700);
    // ok: pkg-rs-make-executable
    Permissions::from_mode(0o644);
    // ok: pkg-rs-make-executable
    Permissions::from_mode(mode);
    // ruleid: pkg-rs-decode
    let h = include_bytes!("x");
    // ruleid: pkg-rs-decode
    let i = hex::decode("00");
    // ok: pkg-rs-decode
    let j = include_str!("x");
    // ok: pkg-rs-decode
    let k = decode("x");
    // ruleid: pkg-rs-key-pattern
    Regex::new(r"0x[0-9a-fA-F]{64}");
    // ruleid: pkg-rs-key-pattern
    Regex::new("[1-9A-HJ-NP-Za-km-z]{32,44}");
    // ok: pkg-rs-key-pattern
    Regex::new("[0-9a-f]{40}");
    // ok: pkg-rs-key-pattern
    Regex::new("[a-z]{32}");
    // ruleid: pkg-rs-drop-point
    get("http://192.0.2.1:80/");
    // ruleid: pkg-rs-drop-point
    get("https://x.workers.dev/");
    // ok: pkg-rs-drop-point
    get("https://example.invalid/");
    // ok: pkg-rs-drop-point
    get("1.2.3");
    // ruleid: pkg-rs-make-executable, pkg-rs-execute
    Command::new("chmod");
    // ruleid: pkg-rs-base58-alphabet
    let l = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // ok: pkg-rs-base58-alphabet
    let m = "abcdefghijklmnopqrstuvwxyz";
}
