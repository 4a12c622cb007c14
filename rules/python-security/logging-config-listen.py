import logging.config
from logging.config import listen

# ruleid: logging-config-listen
thread = logging.config.listen(9999)
# ruleid: logging-config-listen
thread = listen()
# ok: logging-config-listen
thread = logging.config.listen(9999, verify=check_signature)
# ok: logging-config-listen
server.listen(9999)
