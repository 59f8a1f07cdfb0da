// What `compare` makes of a store of runs: sub-tables with a row a protocol label, and paired differences. The formats
// are in comparison_formats.hpp.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/field.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {

// The fields that have a column in tables, in their order. In their own units; infinite: never.
const std::vector<const Field*>& compared_figures();

struct Spread5 {  // over runs; nothing where no run has the figure
  std::optional<double> median, p5, p95;
  bool best = false;  // no other row's median is lower, and one is higher
};

// A row against the row that the sub-table names, over the seeds (and cases) that both have.
struct PairedFigure {
  std::size_t pairs = 0;
  std::optional<double> median;
  std::optional<Interval> interval;
};

struct ComparedRow {
  std::string label, protocol;
  std::size_t runs = 0, converged = 0, crashed = 0;  // crashed: their process died; they measured nothing
  bool most_converged = false;
  std::vector<Spread5> figures;          // as compared_figures()
  std::vector<PairedFigure> difference;  // the same; empty for the reference row
};

struct ComparedTable {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>> by;  // what tells this sub-table from the others
  std::string nodes;                                    // "25" or "10 to 100"
  std::vector<ComparedRow> rows;                        // by label
  std::size_t reference = 0;
};

struct Comparison {
  std::vector<ComparedTable> tables;
  std::size_t superseded =
      0;  // runs of older programs, left out because a later run of the same case and seed is there
};

struct CompareOptions {
  std::optional<std::string> by;        // a key of the matrix, or nodes; without it each case is a sub-table
  std::optional<std::string> against;   // the reference row's label; without it the first row
  std::optional<std::string> scenario;  // this one only
};

// Throws StoreError if the file is no store, and std::invalid_argument if an option names what the store does not hold.
Comparison compare_runs(const std::string& file, const CompareOptions& options);

}  // namespace hearsay
