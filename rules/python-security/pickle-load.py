import json
import pickle
from pickle import loads as unpack

import pandas as pd
import shelve

# ruleid: pickle-load
state = pickle.loads(blob)
# ruleid: pickle-load
state = unpack(blob)
# ruleid: pickle-load
frame = pd.read_pickle("cache.pkl")
# ruleid: pickle-load
db = shelve.open("store")
# ok: pickle-load
state = json.loads(blob)
# ok: pickle-load
blob = pickle.dumps(state)
# ok: pickle-load
frame = pd.read_csv("cache.csv")
