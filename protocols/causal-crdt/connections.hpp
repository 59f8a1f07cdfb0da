// Link layer, first half: one connection to every member, dialled when the replica starts and dialled again, without
// end, whenever it breaks or the member is suspected ("Network Partitions, After Partition: Nodes reconnect
// automatically"). A member is suspected when an attempt has failed and nothing was heard from it since it began.
#pragma once

#include <map>
#include <vector>

#include "protocols/causal-crdt/params.hpp"
#include "protocols/common/id_circle.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Connections {
 public:
  explicit Connections(const Params& params) : params_(params) {}

  void start(Context& context, StartReason reason);
  // Gracefully, all of them.
  void close(Context& context);

  const std::vector<NodeId>& members() const { return members_; }  // without this one; ascending
  // `by`: the connection over which it announced itself.
  void add(Context& context, NodeId member, ConnectionId by);
  // Not if it has announced itself over another connection than `by`, over which its farewell came: one of a former
  // life that was held up. Whether it was a member.
  bool remove(Context& context, NodeId member, ConnectionId by);

  // Over the connection to a member, dialling one if there is none; what is sent while it is dialled waits.
  // no_send if it is no member.
  SendId send(Context& context, NodeId member, const MessagePtr& message);

  // Dials again where no connection stands: what was sent to no avail is not waited for.
  void redial(Context& context);

  // Something came from this node. True if it is a member that was suspected.
  bool heard(Context& context, NodeId from);
  // How often something came from a member.
  std::uint64_t times_heard(NodeId member) const;
  // An attempt has failed that began when times_heard was `before`.
  void attempt_failed(Context& context, NodeId member, std::uint64_t before);

  // True if a connection of ours stands again, other than those that stand when the cluster boots.
  bool connected(Context& context, ConnectionId connection, NodeId member);
  // True if it was a connection of ours.
  bool disconnected(Context& context, ConnectionId connection, NodeId member);
  void reconnect_timer(Context& context, NodeId member, std::uint32_t dials);
  void dial_timer(Context& context, NodeId member, std::uint32_t dials);
  // The same for all members that were dialled at the start, which share a timer: with n members there are n^2 dials.
  void first_dials_timer(Context& context);

 private:
  struct Link {
    ConnectionId connection = no_connection;
    std::uint64_t heard = 0;
    std::uint32_t dials = 0;  // timers of earlier ones are stale
    bool standing = false;
    bool booted = false;  // its first connection stands from the beginning
    bool suspected = false;
  };

  std::map<NodeId, ConnectionId> announced_;  // the last connection of members that joined or started late

  static void begin_dial(Context& context, NodeId member, Link& link);
  void dial(Context& context, NodeId member, Link& link);
  void dial_later(Context& context, NodeId member, Link& link);
  bool clear_suspicion(Context& context, NodeId member, Link& link);
  bool contains(NodeId member) const { return place_of(members_, member).has_value(); }
  Link* find(NodeId member) {
    const auto place = place_of(members_, member);
    return place ? &links_[*place] : nullptr;
  }

  const Params& params_;
  std::vector<NodeId> members_;
  std::vector<Link> links_;  // of members_, in their order: with n members there are n^2
};

}  // namespace hearsay::causal
