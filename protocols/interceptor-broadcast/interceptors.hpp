// The interceptors that a chain can name. To add one: a class, and a line in the table of interceptors.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocols/interceptor-broadcast/chain.hpp"
#include "protocols/interceptor-broadcast/params.hpp"

namespace hearsay::interceptor {

class Broadcaster;
class Store;

// What interceptors may use of their server; outlives them.
struct Server {
  const Params& params;
  Broadcaster& broadcaster;
  const Store& store;
};

// The document's ones in its order, then others.
std::vector<std::string> interceptor_names();

// The chain that `server.params.chain` names. Requires known names.
std::vector<std::unique_ptr<Interceptor>> make_interceptors(const Server& server);

}  // namespace hearsay::interceptor
