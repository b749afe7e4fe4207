"""Optimizer trajectories, schedules, clipping and initialiser scales; one npz with named arrays and one index."""
import numpy as np
import torch
from torch.nn import init
from torch.optim import lr_scheduler as schedule

from harness import normal, npz_bytes, rng_of, text_of

STEPS = 10
SHAPES = [(3, 5), (67,)]
F32_STEP = 4

OPTIMIZERS = [
    ("sgd_plain", "SGD", {"lr": 0.1}),
    ("sgd_decay", "SGD", {"lr": 0.1, "weight_decay": 0.03}),
    ("sgd_momentum", "SGD", {"lr": 0.05, "momentum": 0.9}),
    ("sgd_nesterov", "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("sgd_dampening", "SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.25}),
    ("adam", "Adam", {"lr": 0.01}),
    ("adam_all", "Adam", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1}),
    ("adamw", "AdamW", {"lr": 0.01}),
    ("adamw_all", "AdamW", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.2}),
    ("rmsprop", "RMSprop", {"lr": 0.01}),
    ("rmsprop_momentum", "RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.9, "weight_decay": 0.02}),
    ("rmsprop_centered", "RMSprop", {"lr": 0.01, "alpha": 0.95, "centered": True, "eps": 1e-6}),
]

SCHEDULES = [
    ("step", {"lr": 0.1, "step_size": 3, "gamma": 0.5, "steps": 12},
     lambda o, a: schedule.StepLR(o, a["step_size"], a["gamma"])),
    ("multi_step", {"lr": 0.1, "milestones": (2, 5, 9), "gamma": 0.1, "steps": 12},
     lambda o, a: schedule.MultiStepLR(o, list(a["milestones"]), a["gamma"])),
    ("cosine", {"lr": 0.1, "t_max": 10, "eta_min": 0.001, "steps": 11},
     lambda o, a: schedule.LambdaLR(o, lambda t: (a["eta_min"] + (a["lr"] - a["eta_min"]) *
                                                  (1 + np.cos(np.pi * t / a["t_max"])) / 2) / a["lr"])),
    ("linear_warmup", {"lr": 0.1, "start_factor": 0.25, "total": 5, "steps": 9},
     lambda o, a: schedule.LinearLR(o, a["start_factor"], 1.0, a["total"])),
    ("exponential", {"lr": 0.1, "gamma": 0.9, "steps": 8}, lambda o, a: schedule.ExponentialLR(o, a["gamma"])),
    ("one_cycle", {"max_lr": 0.1, "total": 20, "pct_start": 0.3, "div": 25.0, "final_div": 1e4, "steps": 20},
     lambda o, a: schedule.OneCycleLR(o, a["max_lr"], a["total"], pct_start=a["pct_start"], cycle_momentum=False,
                                      div_factor=a["div"], final_div_factor=a["final_div"])),
    ("one_cycle_linear", {"max_lr": 0.2, "total": 15, "pct_start": 0.4, "div": 10.0, "final_div": 100.0, "steps": 15},
     lambda o, a: schedule.OneCycleLR(o, a["max_lr"], a["total"], pct_start=a["pct_start"], anneal_strategy="linear",
                                      cycle_momentum=False, div_factor=a["div"], final_div_factor=a["final_div"])),
]

STATE_NAMES = ("momentum_buffer", "exp_avg", "exp_avg_sq", "square_avg", "grad_avg")


def attributes(values):
    return ";".join("%s=%s" % (k, text_of(v)) for k, v in values.items())


def run(kind, options, starts, gradients, restore=None):
    """Yields after every step: the optimizer and its parameters."""
    parameters = [torch.nn.Parameter(torch.from_numpy(w.astype(np.float64))) for w in starts]
    options = dict(options)
    optimizer = getattr(torch.optim, kind)(parameters, **options)
    if restore is not None:
        for p, state in zip(parameters, restore):
            optimizer.state[p].update(state)
    for step in gradients:
        for p, g in zip(parameters, step):
            p.grad = torch.from_numpy(g.astype(np.float64))
        optimizer.step()
        yield optimizer, parameters


def rounded(state):
    out = {}
    for k, v in state.items():
        out[k] = v.to(torch.float32).to(torch.float64) if torch.is_tensor(v) and v.ndim else v
    return out


def optimizers(arrays, lines):
    for name, kind, options in OPTIMIZERS:
        rng = rng_of("optim/" + name)
        starts = [normal(rng, *s) for s in SHAPES]
        gradients = [[normal(rng, *s) for s in SHAPES] for _ in range(STEPS)]
        track, single = [], None
        for t, (optimizer, parameters) in enumerate(run(kind, options, starts, gradients)):
            track.append([p.detach().numpy().copy() for p in parameters])
            if t == F32_STEP - 1:      # the state that one F32 step starts from, rounded to F32
                single = ([w.astype(np.float32) for w in track[-1]],
                          [rounded({k: v.clone() if torch.is_tensor(v) else v for k, v in optimizer.state[p].items()})
                           for p in parameters])
        states = set()
        for i in range(len(SHAPES)):
            key = "optim/%s/%d/" % (name, i)
            arrays[key + "start"] = starts[i]
            arrays[key + "gradients"] = np.stack([g[i] for g in gradients])
            arrays[key + "track"] = np.stack([w[i] for w in track])
            arrays[key + "f32/start"] = single[0][i]
            for k in STATE_NAMES:
                v = single[1][i].get(k)
                if torch.is_tensor(v):
                    states.add(k)
                    arrays[key + "f32/" + k] = v.numpy().astype(np.float32)
        after = [p.detach().numpy().copy() for _, ps in run(kind, options, single[0], [gradients[F32_STEP]], single[1]) for p in ps]
        for i, w in enumerate(after):
            arrays["optim/%s/%d/f32/after" % (name, i)] = w
        lines.append("\t".join(["optimizer", name, kind, attributes(options), str(len(SHAPES)), str(F32_STEP),
                                ",".join(k for k in STATE_NAMES if k in states) or "-"]))


def schedules(arrays, lines):
    for name, values, build in SCHEDULES:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=values.get("lr", 1.0))
        plan, rates = build(optimizer, values), []
        for t in range(values["steps"]):
            rates.append(optimizer.param_groups[0]["lr"])
            if t + 1 < values["steps"]:
                optimizer.step()
                plan.step()
        arrays["schedule/" + name] = np.array(rates, np.float64)
        lines.append("\t".join(["schedule", name, attributes(values)]))


def clipping(arrays, lines):
    rng = rng_of("clip")
    gradients = [normal(rng, *s) for s in SHAPES]
    for i, g in enumerate(gradients):
        arrays["clip/gradient/%d" % i] = g
    for name, kind, limit, p in (("norm_cut", "norm", 2.0, 2.0), ("norm_free", "norm", 1000.0, 2.0), ("norm_one", "norm", 5.0, 1.0),
                                 ("norm_max", "norm", 1.0, "inf"), ("value", "value", 0.5, 0.0)):
        parameters = [torch.nn.Parameter(torch.zeros(*s)) for s in SHAPES]
        for q, g in zip(parameters, gradients):
            q.grad = torch.from_numpy(g.astype(np.float64))
        if kind == "norm":
            total = torch.nn.utils.clip_grad_norm_(parameters, limit, np.inf if p == "inf" else p)
            arrays["clip/%s/total" % name] = total.numpy()
        else:
            torch.nn.utils.clip_grad_value_(parameters, limit)
        for i, q in enumerate(parameters):
            arrays["clip/%s/%d" % (name, i)] = q.grad.numpy()
        lines.append("\t".join(["clip", name, attributes({"kind": kind, "limit": limit, "p": p})]))


def initialisers(lines):
    for function, slope in (("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", 0.2), ("selu", None)):
        gain = float(init.calculate_gain(function, slope))
        lines.append("\t".join(["gain", function, attributes({"slope": 0.0 if slope is None else slope, "gain": gain})]))
    for shape in ((5, 7), (6, 3, 3, 5)):
        fan_in, fan_out = init._calculate_fan_in_and_fan_out(torch.zeros(*shape))
        gain = float(init.calculate_gain("relu"))
        values = {"shape": shape, "fan_in": fan_in, "fan_out": fan_out,
                  "xavier_uniform": float(np.sqrt(6.0 / (fan_in + fan_out))), "xavier_normal": float(np.sqrt(2.0 / (fan_in + fan_out))),
                  "kaiming_uniform_in": float(gain * np.sqrt(3.0 / fan_in)), "kaiming_normal_in": float(gain / np.sqrt(fan_in)),
                  "kaiming_normal_out": float(gain / np.sqrt(fan_out))}
        lines.append("\t".join(["fan", "x".join(map(str, shape)), attributes(values)]))


def files():
    arrays, lines = {}, ["# kind, name, attributes ...; an optimizer: class, attributes, parameters, step of the F32 state, state arrays"]
    optimizers(arrays, lines)
    schedules(arrays, lines)
    clipping(arrays, lines)
    initialisers(lines)
    return {"optim.npz": npz_bytes({k: np.array(v, order="C") for k, v in arrays.items()}),
            "optim.tsv": ("\n".join(lines) + "\n").encode("ascii")}
