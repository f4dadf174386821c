"""Logistic regression with a ridge: the plain comparator, and the rule that joins findings."""

import numpy as np
from scipy.optimize import minimize

from ..calibrate import sigmoid


def fit_logistic(
    x: np.ndarray, labels: np.ndarray, ridge: float, rows: np.ndarray | None = None
) -> np.ndarray:
    """Weights, the intercept last; the ridge is on the mean loss, in which each row counts as much
    as `rows` says, and spares the intercept."""
    design = np.column_stack([x, np.ones(len(x))])
    y = labels.astype(float)
    share = np.full(len(y), 1 / len(y)) if rows is None else rows / rows.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = design @ w
        slope = design.T @ (share * (sigmoid(z) - y))
        slope[:-1] += ridge * w[:-1]
        loss_of_all = (share * (np.logaddexp(0, z) - y * z)).sum()
        return float(loss_of_all + ridge / 2 * (w[:-1] ** 2).sum()), slope

    return minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x


def cross_fitted(x: np.ndarray, labels: np.ndarray, fold: np.ndarray, ridge: float) -> np.ndarray:
    """Each fold's probability by weights that were fitted, columns scaled, on the other folds."""
    found = np.empty(len(labels))
    for held in np.unique(fold):
        rest, own = fold != held, fold == held
        scaled = scaler(x[rest])
        weights = fit_logistic(scaled(x[rest]), labels[rest], ridge)
        found[own] = sigmoid(np.column_stack([scaled(x[own]), np.ones(own.sum())]) @ weights)
    return found


def scaler(x: np.ndarray):
    """Missing values take the median and a column that says so; then unit deviation, clipped."""
    middle = np.nan_to_num(np.nanmedian(x, axis=0))
    gaps = np.isnan(x).any(axis=0)

    def fill(values: np.ndarray) -> np.ndarray:
        missing = np.isnan(values)
        return np.column_stack([np.where(missing, middle, values), missing[:, gaps]])

    filled = fill(x)
    mean, deviation = filled.mean(axis=0), filled.std(axis=0)
    return lambda values: np.clip(
        (fill(values) - mean) / np.where(deviation > 0, deviation, 1), -5, 5
    )
