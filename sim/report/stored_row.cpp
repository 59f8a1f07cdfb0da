#include "sim/report/stored_row.hpp"

#include "sim/report/store_schema.hpp"

namespace hearsay {
namespace {

// Its column, or what stands in the whole result for a value in a map, which has none.
std::string sql_of(const Field& field) {
  if (find_field(field.name) != nullptr) return column_name(field.name);
  std::string path = "$";
  for (const std::string& part : field.path) path += ".\"" + part + "\"";
  std::string quoted;
  for (const char c : path) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return "json_extract(result, '" + quoted + "')";
}

}  // namespace

StoredRow::StoredRow(const std::vector<const Field*>& fields, int first) : fields_(fields) {
  std::vector<const Field*> read = fields;
  for (const std::string& input : figure_inputs()) read.push_back(find_field(input));
  for (const Field* field : read) {
    const Place next{first + static_cast<int>(places_.size()), field->kind};
    const auto [place, fresh] = places_.try_emplace(field->name, next);
    if (fresh) columns_ += ", " + sql_of(*field);
    if (own_.size() < fields_.size()) own_.push_back(place->second.column);
  }
}

FieldLookup StoredRow::lookup(const Statement& select) const {
  return [this, &select](const std::string& name) -> std::optional<FieldValue> {
    const auto place = places_.find(name);
    if (place == places_.end()) return std::nullopt;
    const auto [column, kind] = place->second;
    const auto number = select.number(column);
    if (!number) return std::nullopt;
    if (kind == FieldKind::flag) return *number != 0;
    if (kind == FieldKind::text || kind == FieldKind::setting) return select.text(column);
    return *number;
  };
}

std::optional<double> StoredRow::figure(const Statement& select, std::size_t field) const {
  const Field& asked = *fields_[field];
  return asked.never ? hearsay::figure(asked, asked.name, lookup(select)) : select.number(own_[field]);
}

}  // namespace hearsay
