# ruleid: pkg-miner
run("x -o stratum+tcp://pool.example.invalid:1")
# ruleid: pkg-miner
run("/tmp/xmrig")
# ok: pkg-miner
run("miner.py")
# ok: pkg-miner
run("stratum")
# ruleid: pkg-defence-off
run("powershell Add-MpPreference -ExclusionPath C:\\x")
# ruleid: pkg-defence-off
run("netsh advfirewall set allprofiles state off")
# ok: pkg-defence-off
run("netsh wlan show profiles")
# ok: pkg-defence-off
run("Get-MpPreference")
