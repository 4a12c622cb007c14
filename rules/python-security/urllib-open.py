import urllib.request
from urllib.request import urlretrieve

# ruleid: urllib-open
page = urllib.request.urlopen(url)
# ruleid: urllib-open
urlretrieve(base + path, "out.bin")
# ok: urllib-open
page = urllib.request.urlopen("https://example.org/data.json")
# ok: urllib-open
request = urllib.request.Request(url)
