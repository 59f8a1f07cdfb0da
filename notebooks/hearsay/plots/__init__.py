"""Plots of results, as functions. Each returns a matplotlib figure, or None where the runs have nothing to draw.

They take `Results` (of hearsay.run or hearsay.load) and optionally a part of its frame of runs and the name that
stands in the title:

    hearsay.plots.up_to_date(results)
    hearsay.plots.scaling(results, "nodes", runs=results.runs[results.runs.protocol == "delta-gossip"], name="gossip")
"""
from .fault_map import fault_map
from .matrix import exponent_text, fit, heat_map, scaling
from .over_time import bytes_over_time, present, recovery, up_to_date, writes_are_rare
from .shares import LATENCIES, POINTS, VIOLATIONS, convergence_box, convergence_cdf, cost_against_latency, latency, metric_cdf, violations
from .space_time import space_time
from .style import curve, dots, legend_below, plain, save, title
from .theory_plots import theory_cost, theory_spread
from .tuning import tuning

__all__ = ["LATENCIES", "POINTS", "VIOLATIONS", "bytes_over_time", "convergence_box", "convergence_cdf", "cost_against_latency", "curve", "dots",
           "exponent_text", "fault_map", "fit", "heat_map", "latency", "legend_below", "metric_cdf", "plain", "present", "recovery", "save",
           "scaling", "space_time", "theory_cost", "theory_spread", "title", "tuning", "up_to_date", "violations", "writes_are_rare"]
