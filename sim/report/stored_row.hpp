// Fields of a run from its columns in the store: what its JSON gives, without reading any.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/metrics/field.hpp"
#include "sim/report/sqlite.hpp"

namespace hearsay {

class StoredRow {
 public:
  // `first`: the column of the SELECT at which columns() begins. A value in a map, such as
  // `messages.by_type.rumor.sent`, is read from the whole result, which takes longer.
  StoredRow(const std::vector<const Field*>& fields, int first);

  // ", COLUMN, COLUMN ...", to stand behind other columns of a SELECT from `runs`.
  const std::string& columns() const { return columns_; }

  // Of the row that `select` stands at: the fields and figure_inputs() by their names. Lasts until the next step.
  FieldLookup lookup(const Statement& select) const;
  // The `field`th of them, as `figure` of sim/metrics/field.hpp has it.
  std::optional<double> figure(const Statement& select, std::size_t field) const;

 private:
  struct Place {
    int column;
    FieldKind kind;
  };
  std::vector<const Field*> fields_;
  std::unordered_map<std::string, Place> places_;  // by name
  std::vector<int> own_;                           // of each field its column
  std::string columns_;
};

}  // namespace hearsay
