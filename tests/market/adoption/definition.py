"""Bass's curve as a textbook has it, and the numbers that are fitted in many."""

import numpy as np

# Videocassette recorders in US homes, thousands a year from 1980: Cowpertwait, P. S. P. and
# Metcalfe, A. V. (2009). Introductory Time Series with R, section 3.3. Springer.
VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]


def density(t, m, p, q):
    """Return sales at time t, as the textbook has them."""
    fading = np.exp(-(p + q) * t)
    return m * (p + q) ** 2 / p * fading / (1 + q / p * fading) ** 2


def reached(t, p, q):
    """Return the share that has adopted by time t."""
    return (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))


def in_period(t, m, p, q):
    """Return sales between t - 1 and t."""
    return m * (reached(t, p, q) - reached(t - 1, p, q))
