import torch

# ruleid: torch-load
model = torch.load("model.pt")
# ruleid: torch-load
model = torch.load("model.pt", weights_only=False)
# ok: torch-load
model = torch.load("model.pt", weights_only=True)
# ok: torch-load
extension = torch.utils.cpp_extension.load(name="x", sources=[])
