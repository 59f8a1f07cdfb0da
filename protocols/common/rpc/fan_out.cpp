#include "protocols/common/rpc/fan_out.hpp"

#include <utility>

namespace hearsay::rpc {

void FanOut::begin(Context& context, FanOutSpec spec) {
  if (spec.servers.empty()) return spec.done(context, {});
  const std::uint64_t id = ++last_round_;
  const auto servers = spec.servers;
  const auto request = spec.request;
  Round& round = rounds_[id];
  round.spec = std::move(spec);
  round.open = servers.size();
  round.result.errors.resize(servers.size(), CallError::none);
  std::vector<CallSpec> calls(servers.size());
  for (std::size_t position = 0; position < servers.size(); ++position) {
    CallSpec& call = calls[position];
    call.servers = {servers[position]};
    call.request = [request, position](CallId number, std::uint32_t attempt) {
      return request(position, number, attempt);
    };
    call.cancel = rounds_.at(id).spec.cancel;
    call.done = [this, id, position](Context& at, const CallResult& result) { over(at, id, position, result); };
    call.concurrent = true;
  }
  caller_.call_all(context, std::move(calls));
}

void FanOut::over(Context& context, std::uint64_t id, std::size_t position, const CallResult& call) {
  const auto it = rounds_.find(id);
  Round& round = it->second;
  round.result.errors[position] = call.error;
  ++(call.ok() ? round.result.succeeded : round.result.failed);
  const bool last = --round.open == 0;
  const bool enough = round.spec.quorum > 0 && round.result.succeeded >= round.spec.quorum;
  const bool answer = !round.answered && (last || enough);
  if (!answer && !last) return;
  round.answered = true;
  const FanOutResult result = round.result;
  const auto done = round.spec.done;
  if (last) rounds_.erase(it);
  if (answer) done(context, result);
}

}  // namespace hearsay::rpc
