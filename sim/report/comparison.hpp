// What `compare` makes of a store of runs: sub-tables with one row per protocol label, and paired differences. The
// formats are in comparison_formats.hpp.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/field.hpp"
#include "sim/report/run_table.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {

struct Spread5 {  // over runs; nothing where no run has the figure
  std::optional<double> median, p5, p95;
  bool best = false;  // among the rows that may be marked no median is better, and one is worse
};

// A row against the row that the sub-table names, over the seeds (and cases) that both have.
struct PairedFigure {
  std::size_t pairs = 0;
  std::optional<double> median;
  std::optional<Interval> interval;
};

struct ComparedRow {
  std::string label, protocol;
  std::size_t runs = 0, crashed = 0;            // crashed: their process died; they measured nothing
  std::size_t converged = 0, may_converge = 0;  // may_converge: runs whose workload replicates
  bool most_converged = false;
  // Why none of its figures is marked as the best: it lost writes, did not converge, or answered fewer clients than
  // another row. Empty: it may be.
  std::vector<std::string> flaws;
  std::vector<Spread5> figures;          // as Comparison::fields, in their units; infinite: never
  std::vector<PairedFigure> difference;  // the same; empty for the reference row
};

struct ComparedTable {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>> by;  // what distinguishes this sub-table from the others
  std::string nodes;                                    // "25" or "10 to 100"
  std::vector<ComparedRow> rows;                        // in the order of the scenario's protocols
  std::size_t reference = 0;
};

struct Comparison {
  std::vector<const Field*> fields;
  std::vector<ComparedTable> tables;
  std::size_t superseded =
      0;  // runs of older programs, left out because a later run of the same case and seed is there
};

struct CompareOptions {
  std::optional<std::string> by;        // a key of the matrix, or nodes; without it each case is a sub-table
  std::optional<std::string> against;   // the reference row's label; without it the first row
  std::optional<std::string> scenario;  // this one only
  std::vector<const Field*> fields = usual_fields();
};

// Throws StoreError if the file is no store, and std::invalid_argument if an option names what the store does not hold.
Comparison compare_runs(const std::string& file, const CompareOptions& options);
// The same of runs that have been read, with options.fields among their figures.
Comparison compare_runs(const RunTable& table, const CompareOptions& options);

}  // namespace hearsay
