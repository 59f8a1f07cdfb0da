// The workload `crdt`: clients update and read objects of several replicated data types. A key is (namespace, type,
// id), written "namespace/type/id"; a write's `method` says what it does to the object and its value is the argument.
#include <algorithm>
#include <array>
#include <set>

#include "sim/workload/kinds.hpp"
#include "sim/workload/script_words.hpp"
#include "sim/workload/sessions.hpp"

namespace hearsay {
namespace {

enum class Argument : std::uint8_t { amount, element, value, state };

// A type as clients use it. `undo` takes back what `update` does: it is drawn with the probability `removes`.
struct TypeUse {
  std::string_view name;
  std::string_view update, undo;  // `undo` is empty where a type has none
  Argument argument;
};
constexpr std::array<TypeUse, 7> type_uses{{
    {"pn-counter", "increment", "decrement", Argument::amount},
    {"pn-counter-state", "increment", "decrement", Argument::amount},
    {"aw-set", "add", "remove", Argument::element},
    {"2p-set", "add", "remove", Argument::element},
    {"mv-register", "assign", "", Argument::value},
    {"ew-flag", "enable", "disable", Argument::state},
    {"lww-register", "assign", "", Argument::value},
}};

std::vector<std::string> all_types() {
  std::vector<std::string> names;
  for (const TypeUse& use : type_uses) names.emplace_back(use.name);
  return names;
}

struct CrdtFields {
  std::vector<std::string> types = all_types();
  std::int64_t objects = 4;
  std::string bucket = "bucket";
  std::int64_t elements = 32;
  double removes = 0.25;
};

const ParameterTable<CrdtFields>& crdt_table() {
  using F = CrdtFields;
  static const auto table = ParameterTable<F>()
                                .add("types", ValueType::text_list, &F::types, any_bounds,
                                     "data types that are used, each operation one of them with equal probability")
                                .one_of(all_types())
                                .add("objects", ValueType::integer, &F::objects, {1, 1e6},
                                     "objects of each type, asked for with equal probability")
                                .add("namespace", ValueType::text, &F::bucket, any_bounds, "first part of every key")
                                .add("elements", ValueType::integer, &F::elements, {1, 1e6},
                                     "different elements of sets, drawn with equal probability")
                                .add("removes", ValueType::share, &F::removes, {0, 1},
                                     "share of updates that take something back: decrement, remove, disable");
  return table;
}

void check_fields(const CrdtFields& fields) {
  if (fields.types.empty()) throw ParameterError("types", "the list of types is empty; name at least one type");
  if (std::set<std::string>(fields.types.begin(), fields.types.end()).size() != fields.types.size())
    throw ParameterError("types", "a type is named twice; name each type once");
  if (fields.bucket.empty() || fields.bucket.find('/') != std::string::npos)
    throw ParameterError("namespace", "a namespace is not empty and has no `/`; write a name such as `bucket`");
}

std::vector<ScriptWord> script_words() {
  std::vector<ScriptWord> words{read_word()};
  const auto add = [&words](std::string_view word, Argument argument) {
    if (word.empty() || std::any_of(words.begin(), words.end(), [&](const auto& w) { return w.word == word; })) return;
    words.push_back({std::string(word), OperationKind::write,
                     argument == Argument::amount  ? ScriptWord::Takes::amount
                     : argument == Argument::state ? ScriptWord::Takes::nothing
                                                   : ScriptWord::Takes::value});
  };
  for (const TypeUse& use : type_uses) {
    add(use.update, use.argument);
    add(use.undo, use.argument);
  }
  return words;
}

class Crdt final : public SessionWorkload {
 public:
  Crdt(const CrdtFields& fields, const WorkloadSettings& settings, const WorkloadContext& context)
      : SessionWorkload(settings, context),
        fields_(fields),
        key_random_(context.seed, "workload.key"),
        update_random_(context.seed, "workload.update"),
        value_random_(context.seed, "workload.value") {
    for (const auto& name : fields_.types)
      uses_.push_back(
          *std::find_if(type_uses.begin(), type_uses.end(), [&](const TypeUse& use) { return use.name == name; }));
  }

 private:
  void fill(Operation& operation) override {
    const TypeUse& use = uses_[key_random_.below(uses_.size())];
    const std::uint64_t object = key_random_.below(static_cast<std::uint64_t>(fields_.objects));
    operation.key = fields_.bucket + "/" + std::string(use.name) + "/" + std::to_string(object);
    if (operation.kind == OperationKind::read) return;
    const bool undoes = update_random_.chance(fields_.removes) && !use.undo.empty();
    operation.method = undoes ? use.undo : use.update;
    const std::uint64_t drawn = value_random_.below(static_cast<std::uint64_t>(fields_.elements));
    switch (use.argument) {
      case Argument::amount: operation.value = std::to_string(1 + drawn % 10); break;
      case Argument::element: operation.value = "e" + std::to_string(drawn); break;
      case Argument::value: operation.value = "v" + std::to_string(operation.write); break;
      case Argument::state: operation.value = undoes ? "off" : "on"; break;
    }
  }

  // A step names its object by the whole key, or means object 0 of the first type that has its word.
  void fill_scripted(Operation& operation, const ScriptStep& step) override {
    const bool reads = operation.kind == OperationKind::read;
    const auto serves = [&](const TypeUse& use) {
      const bool named = operation.key.empty() || type_of(operation.key) == use.name;
      return named && (reads || use.update == step.word || use.undo == step.word);
    };
    const auto use = std::find_if(uses_.begin(), uses_.end(), serves);
    if (use == uses_.end())
      throw ParameterError("script", operation.key.empty()
                                         ? "none of `types` has the operation `" + step.word + "`"
                                         : "`" + operation.key + "` has no operation `" + step.word +
                                               "`; a key is NAMESPACE/TYPE/ID, of one of `types` that has it");
    if (operation.key.empty()) operation.key = fields_.bucket + "/" + std::string(use->name) + "/0";
    if (reads) return;
    const bool undoes = use->undo == step.word;
    operation.method = undoes ? use->undo : use->update;
    if (!operation.value.empty()) return;
    switch (use->argument) {
      case Argument::amount: operation.value = "1"; break;
      case Argument::element: operation.value = "e" + std::to_string(operation.write); break;
      case Argument::value: operation.value = "v" + std::to_string(operation.write); break;
      case Argument::state: operation.value = undoes ? "off" : "on"; break;
    }
  }

  static std::string_view type_of(std::string_view key) {
    const auto first = key.find('/'), last = key.rfind('/');
    return first == last ? std::string_view{} : key.substr(first + 1, last - first - 1);
  }

  CrdtFields fields_;
  std::vector<TypeUse> uses_;
  RandomStream key_random_, update_random_, value_random_;
};

}  // namespace

WorkloadInfo crdt_workload() {
  return declare_workload<Crdt, CrdtFields>(
      "crdt", "clients update and read counters, sets, registers and flags, of several replicated data types",
      script_words(), crdt_table(), check_fields);
}

}  // namespace hearsay
