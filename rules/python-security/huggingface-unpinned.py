from datasets import load_dataset
from transformers import AutoModel

# ruleid: huggingface-unpinned
model = AutoModel.from_pretrained("org/name")
# ruleid: huggingface-unpinned
data = load_dataset("org/data", revision="main")
# ok: huggingface-unpinned
model = AutoModel.from_pretrained("org/name", revision="5d0f2e8a7f1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d")
# ok: huggingface-unpinned
model = AutoModel.from_pretrained("./local")
# ok: huggingface-unpinned
data = load_dataset("org/data", revision=settings.REVISION)
