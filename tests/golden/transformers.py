"""Self-attention and Transformer blocks as modules: state dict, input, key mask, output and gradients in one npz."""
import numpy as np
import torch
from torch import nn

from harness import normal, npz_bytes, rng_of

WIDTH, HEADS, HIDDEN, BATCH, TOKENS = 12, 3, 20, 2, 5


def module(name):
    if name == "attention":
        return nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
    return nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, dropout=0.0, activation="gelu", batch_first=True, norm_first=name == "norm_first")


def files():
    arrays = {}
    for name in ("attention", "norm_first", "norm_last"):
        g = rng_of(name)
        m = module(name).double().train()
        with torch.no_grad():
            for p in m.parameters():
                p.copy_(torch.from_numpy((normal(g, *p.shape) * 0.4 + (0.7 if p.dim() == 1 else 0)).astype(np.float64)))
        x = torch.from_numpy(normal(g, BATCH, TOKENS, WIDTH).astype(np.float64)).requires_grad_()
        keys = np.array([[True, True, True, True, True], [True, False, True, True, False]])
        hidden = torch.from_numpy(~keys)
        if name == "attention":
            y = m(x, x, x, key_padding_mask=hidden, need_weights=False)[0]
        else:
            y = m(x, src_key_padding_mask=hidden)
        dy = torch.from_numpy(normal(g, *y.shape).astype(np.float64))
        (y * dy).sum().backward()
        for key, value in m.state_dict().items():
            arrays["%s/state/%s" % (name, key)] = value.numpy()
        for key, p in m.named_parameters():
            arrays["%s/grad/%s" % (name, key)] = p.grad.numpy()
        arrays.update({name + "/x": x.detach().numpy(), name + "/keys": keys, name + "/y": y.detach().numpy(), name + "/dy": dy.numpy(),
                       name + "/dx": x.grad.numpy()})
    return {"transformers.npz": npz_bytes({k: np.array(v, order="C") for k, v in arrays.items()})}
