"""From scores to probabilities: one temperature for a softmax, Platt's line for a finding."""

import numpy as np
from scipy.optimize import minimize, minimize_scalar

CLIP = 1e-6


def softmax(raw: np.ndarray) -> np.ndarray:
    shifted = np.exp(raw - raw.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def sigmoid(raw: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-raw))


def logit(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability, CLIP, 1 - CLIP)
    return np.log(p / (1 - p))


def fit_temperature(raw: np.ndarray, allowed: np.ndarray) -> float:
    """The divisor under which the allowed classes (a mask [n, classes]) are least surprising."""

    def surprise(log_temperature: float) -> float:
        p = softmax(raw / np.exp(log_temperature))
        return float(-np.log(np.clip((p * allowed).sum(axis=1), CLIP, 1)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2, 2), method="bounded").x))


def fit_platt(probability: np.ndarray, labels: np.ndarray) -> dict:
    """The card's `calibration`: slope and intercept on logit(p)."""
    x, y = logit(probability), labels.astype(float)

    def surprise(line: np.ndarray) -> float:
        z = line[0] * x + line[1]
        return float((np.logaddexp(0, z) - y * z).mean()) + 1e-4 * (line[0] - 1) ** 2

    slope, intercept = minimize(surprise, np.array([1.0, 0.0]), method="BFGS").x
    return {"kind": "platt", "slope": round(float(slope), 4), "intercept": round(float(intercept), 4)}


def apply_platt(probability: np.ndarray, line: dict) -> np.ndarray:
    return sigmoid(line["slope"] * logit(probability) + line["intercept"])


def cross_fitted(probability: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Each fold's calibrated probability by a line that was fitted on the other folds."""
    calibrated = np.empty_like(probability)
    for held in np.unique(fold):
        line = fit_platt(probability[fold != held], labels[fold != held])
        calibrated[fold == held] = apply_platt(probability[fold == held], line)
    return calibrated
