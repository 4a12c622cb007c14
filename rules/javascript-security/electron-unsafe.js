// ruleid: electron-unsafe
new BrowserWindow({ webPreferences: { nodeIntegration: true } });
// ruleid: electron-unsafe
new BrowserWindow({ width: 800, webPreferences: { contextIsolation: false } });
// ok: electron-unsafe
new BrowserWindow({ webPreferences: { preload } });
// ok: electron-unsafe
run({ sandbox: false });
