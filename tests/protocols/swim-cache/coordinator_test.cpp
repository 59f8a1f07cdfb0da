// The ring in step with membership, and how many copies there are.
#include "protocols/swim-cache/coordinator.hpp"

#include <catch2/catch.hpp>

namespace hearsay::swim {
namespace {

Params copies(std::uint32_t replicas, std::uint32_t write_quorum, std::uint32_t read_quorum) {
  Params params;
  params.replicas = replicas;
  params.write_quorum = write_quorum;
  params.read_quorum = read_quorum;
  return params;
}

}  // namespace

TEST_CASE("the ring changes with those that come, fail and leave, and not for a suspicion") {
  const Params params = copies(3, 2, 1);
  Coordinator coordinator(params, std::make_shared<Coordinator::Shared>(params));
  for (NodeId node = 0; node < 4; ++node) CHECK(coordinator.change(node, MemberState::alive));
  CHECK_FALSE(coordinator.change(2, MemberState::alive));
  CHECK_FALSE(coordinator.change(2, MemberState::suspect));
  CHECK(coordinator.members() == std::vector<NodeId>{0, 1, 2, 3});
  CHECK(coordinator.change(2, MemberState::dead));
  CHECK_FALSE(coordinator.change(2, MemberState::left));
  CHECK(coordinator.change(3, MemberState::left));
  CHECK(coordinator.members() == std::vector<NodeId>{0, 1});
  CHECK(coordinator.assign({1, 5}));
  CHECK_FALSE(coordinator.assign({1, 5}));
  CHECK(coordinator.members() == std::vector<NodeId>{1, 5});
}

TEST_CASE("another number of copies brings majorities with it, and the first one its own quorums") {
  const Params params = copies(3, 3, 1);
  Coordinator coordinator(params, std::make_shared<Coordinator::Shared>(params));
  for (NodeId node = 0; node < 6; ++node) coordinator.change(node, MemberState::alive);
  coordinator.settle();
  const std::uint64_t placement = coordinator.placement();
  CHECK_FALSE(coordinator.set_replicas(3));
  CHECK(coordinator.write_quorum() == 3);
  CHECK(coordinator.read_quorum() == 1);
  CHECK(coordinator.set_replicas(4));
  CHECK_FALSE(coordinator.set_replicas(4));
  CHECK(coordinator.write_quorum() == 3);
  CHECK(coordinator.read_quorum() == 3);
  CHECK(coordinator.placement() != placement);
  const auto owners = coordinator.owners("k");
  CHECK(owners.size() == 4);
  CHECK(coordinator.settled_owners("k") == std::vector<NodeId>(owners.begin(), owners.begin() + 3));
  coordinator.settle();
  CHECK(coordinator.settled_owners("k") == owners);
  for (NodeId node = 0; node < 6; ++node)
    CHECK(coordinator.owns(node, "k") == (std::find(owners.begin(), owners.end(), node) != owners.end()));
  CHECK(coordinator.set_replicas(3));
  CHECK(coordinator.placement() == placement);
  CHECK(coordinator.write_quorum() == 3);
  CHECK(coordinator.read_quorum() == 1);
}

}  // namespace hearsay::swim
