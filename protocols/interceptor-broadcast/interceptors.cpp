#include "protocols/interceptor-broadcast/interceptors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "protocols/common/token_bucket.hpp"
#include "protocols/interceptor-broadcast/broadcast_interceptor.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "sim/core/check.hpp"

namespace hearsay::interceptor {
namespace {

// LoggingSimpleInterceptor: a line in a log, of which the simulation keeps the number.
class LoggingInterceptor final : public Interceptor {
 public:
  explicit LoggingInterceptor(const Server&) {}
  Reply handle(Context& context, Request& request, const Next& next) override {
    context.count(index(Metric::requests_logged));
    return next(context, request);
  }
};

// NoFooAllowedInterceptor[*pb.WriteRequest]: of its one message type, reads pass.
class ValidationInterceptor final : public Interceptor {
 public:
  explicit ValidationInterceptor(const Server& server) : forbidden_key_(server.params.forbidden_key) {}
  Reply handle(Context& context, Request& request, const Next& next) override {
    if (request.method != Method::write || request.write->key != forbidden_key_) return next(context, request);
    context.count(index(Metric::validation_rejections));
    return {Reply::Status::rejected, {}};
  }

 private:
  const std::string& forbidden_key_;
};

// MetadataInterceptor: sets an entry, replacing one of the same key that a peer's request brought along.
class MetadataInterceptor final : public Interceptor {
 public:
  explicit MetadataInterceptor(const Server& server)
      : entry_(server.params.metadata_entry), key_length_(entry_.find('=') + 1) {}
  Reply handle(Context& context, Request& request, const Next& next) override {
    const std::string_view key = std::string_view(entry_).substr(0, key_length_);
    std::erase_if(request.metadata, [key](const std::string& entry) { return entry.starts_with(key); });
    request.metadata.push_back(entry_);
    context.count(index(Metric::metadata_added));
    return next(context, request);
  }

 private:
  const std::string& entry_;
  std::size_t key_length_;
};

// Refuses what comes too fast, of clients and peers alike: a broadcast that is refused is not repeated.
class RateLimitInterceptor final : public Interceptor {
 public:
  explicit RateLimitInterceptor(const Server& server) : bucket_(server.params.rate_limit) {}
  Reply handle(Context& context, Request& request, const Next& next) override {
    if (bucket_.take(context.now())) return next(context, request);
    context.count(index(Metric::rate_limited));
    return {Reply::Status::rejected, {}};
  }

 private:
  TokenBucket bucket_;
};

struct Entry {
  std::string_view name;
  std::unique_ptr<Interceptor> (*make)(const Server&);
};

template <class T>
constexpr Entry entry(std::string_view name) {
  return {name, [](const Server& server) -> std::unique_ptr<Interceptor> { return std::make_unique<T>(server); }};
}

constexpr std::array interceptor_table{
    entry<LoggingInterceptor>("logging"),      entry<ValidationInterceptor>("validation"),
    entry<MetadataInterceptor>("metadata"),    entry<BroadcastInterceptor>("broadcast"),
    entry<RateLimitInterceptor>("rate_limit"),
};

}  // namespace

std::vector<std::string> interceptor_names() {
  std::vector<std::string> names;
  for (const auto& known : interceptor_table) names.emplace_back(known.name);
  return names;
}

std::vector<std::unique_ptr<Interceptor>> make_interceptors(const Server& server) {
  std::vector<std::unique_ptr<Interceptor>> chain;
  for (const auto& name : server.params.chain) {
    const auto found = std::find_if(interceptor_table.begin(), interceptor_table.end(),
                                    [&name](const Entry& known) { return known.name == name; });
    HEARSAY_CHECK(found != interceptor_table.end(), "a chain names an interceptor that does not exist");
    chain.push_back(found->make(server));
  }
  return chain;
}

}  // namespace hearsay::interceptor
