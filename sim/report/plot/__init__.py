"""Plots of a store of runs, for `hearsay plot` and the notebooks. Needs Debian's python3-matplotlib and python3-pandas."""
