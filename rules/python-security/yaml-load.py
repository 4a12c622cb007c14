import yaml
from yaml import SafeLoader

# ruleid: yaml-load
config = yaml.load(text)
# ruleid: yaml-load
config = yaml.load(text, Loader=yaml.Loader)
# ok: yaml-load
config = yaml.load(text, Loader=yaml.SafeLoader)
# ok: yaml-load
config = yaml.load(text, SafeLoader)
# ok: yaml-load
config = yaml.safe_load(text)
