// NewBroadcastInterceptor ("Code Structure"): replication as a step of the chain.
#pragma once

#include <array>

#include "protocols/interceptor-broadcast/chain.hpp"
#include "protocols/interceptor-broadcast/interceptors.hpp"
#include "protocols/interceptor-broadcast/seen_content.hpp"

namespace hearsay::interceptor {

class BroadcastInterceptor final : public Interceptor {
 public:
  explicit BroadcastInterceptor(const Server& server);
  Reply handle(Context& context, Request& request, const Next& next) override;

 private:
  Reply handle_known(Context& context, Request& request, const Next& next);

  Server server_;
  std::array<SeenContent, 2> seen_;  // by Method: in the document each method has an interceptor of its own
};

}  // namespace hearsay::interceptor
