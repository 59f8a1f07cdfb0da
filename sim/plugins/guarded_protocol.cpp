#include "sim/plugins/guarded_protocol.hpp"

#include <stdexcept>
#include <utility>

#include "sim/plugins/plugin_call.hpp"

namespace hearsay {
namespace {

// Calls `work` as the plugin's `what`.
template <class Work>
auto call(const Plugin& plugin, const char* what, const Work& work) {
  InPlugin in(plugin, what);
  try {
    return work();
  } catch (const ParameterError&) {
    throw;  // what configure() says of values is for their author
  } catch (const std::exception& error) {
    throw std::runtime_error(in.note(error.what()));
  } catch (...) {
    throw std::runtime_error(in.note("something that is no std::exception"));
  }
}

class GuardedProtocol final : public Protocol {
 public:
  GuardedProtocol(std::unique_ptr<Protocol> inner, const Plugin& plugin) : inner_(std::move(inner)), plugin_(plugin) {}
  ~GuardedProtocol() override {
    const InPlugin in(plugin_, "its destructor");
    inner_.reset();
  }
  GuardedProtocol(const GuardedProtocol&) = delete;
  GuardedProtocol& operator=(const GuardedProtocol&) = delete;

  void start(Context& context, StartReason reason) override {
    call(plugin_, "start", [&] { inner_->start(context, reason); });
  }
  void request(Context& context, const Operation& operation) override {
    call(plugin_, "request", [&] { inner_->request(context, operation); });
  }
  void message(Context& context, const Received& received) override {
    call(plugin_, "message", [&] { inner_->message(context, received); });
  }
  void timer(Context& context, TimerKey key) override {
    call(plugin_, "timer", [&] { inner_->timer(context, key); });
  }
  void connected(Context& context, ConnectionId connection, NodeId peer) override {
    call(plugin_, "connected", [&] { inner_->connected(context, connection, peer); });
  }
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override {
    call(plugin_, "disconnected", [&] { inner_->disconnected(context, connection, peer, error); });
  }
  void leave(Context& context) override {
    call(plugin_, "leave", [&] { inner_->leave(context); });
  }
  bool has_left() const override {
    return call(plugin_, "has_left", [&] { return inner_->has_left(); });
  }

 private:
  std::unique_ptr<Protocol> inner_;
  const Plugin& plugin_;
};

// `make`: the plugin's own.
ReplicaFactory guarded(ReplicaFactory make, const Plugin& plugin) {
  return [make = std::move(make), &plugin]() -> std::unique_ptr<Protocol> {
    auto replica = call(plugin, "the factory of its replicas", [&] {
      auto made = make();
      if (made == nullptr) throw std::runtime_error("it made no replica");
      return made;
    });
    return std::make_unique<GuardedProtocol>(std::move(replica), plugin);
  };
}

// Another function of the declaration, which may be absent.
template <class Result>
std::function<Result(const ParameterValues&)> guarded(std::function<Result(const ParameterValues&)> ask,
                                                      const char* what, const Plugin& plugin) {
  if (!ask) return ask;
  return [ask = std::move(ask), what, &plugin](const ParameterValues& values) {
    try {
      return call(plugin, what, [&] { return ask(values); });
    } catch (const std::runtime_error& error) {
      throw ParameterError("", error.what());
    }
  };
}

}  // namespace

ProtocolInfo guarded(ProtocolInfo info, const Plugin& plugin) {
  info.configure = [configure = std::move(info.configure), &plugin](const ParameterValues& values) {
    try {
      return guarded(call(plugin, "configure", [&] { return configure(values); }), plugin);
    } catch (const std::runtime_error& error) {
      if (dynamic_cast<const ParameterError*>(&error) != nullptr) throw;
      throw ParameterError("", error.what());
    }
  };
  info.processor_time = guarded(std::move(info.processor_time), "processor_time", plugin);
  info.promises = guarded(std::move(info.promises), "promises", plugin);
  return info;
}

}  // namespace hearsay
