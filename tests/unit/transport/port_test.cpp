#include <gtest/gtest.h>
#include <unistd.h>

#include "slipway/transport/listener.h"
#include "slipway/transport/server.h"

namespace slipway::transport {
namespace {

TEST(Listener, ATakenPortNamesItsHolder) {
  auto first = listen_on("127.0.0.1", 0, 2);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ(first->sockets.size(), 2u);
  EXPECT_EQ(who_holds_port(first->port).pid, getpid());
  const auto second = listen_on("127.0.0.1", first->port, 2);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().reason(), "PORT_IN_USE");
  EXPECT_EQ(second.error().code(), 409);
  EXPECT_EQ(second.error().metadata().at("pid"), std::to_string(getpid()));
  EXPECT_NE(second.error().message().find(who_holds_port(first->port).name), std::string::npos);
  close_listener(*first);
}

TEST(Listener, AClosedPortMayBeTakenAtOnce) {
  auto first = listen_on("127.0.0.1", 0, 2);
  ASSERT_TRUE(first.ok());
  const int port = first->port;
  close_listener(*first);
  auto again = listen_on("127.0.0.1", port, 1);
  ASSERT_TRUE(again.ok()) << again.error().message();
  close_listener(*again);
}

TEST(Listener, RefusesWhatIsNoAddress) {
  EXPECT_EQ(listen_on("nowhere.example", 0, 1).error().reason(), "ADDRESS_INVALID");
  EXPECT_EQ(listen_on("127.0.0.1", 70'000, 1).error().reason(), "ADDRESS_INVALID");
}

TEST(NextFreePort, SkipsATakenOne) {
  auto taken = listen_on("127.0.0.1", 0, 1);
  ASSERT_TRUE(taken.ok());
  const auto next = next_free_port(taken->port);
  ASSERT_TRUE(next.ok());
  EXPECT_GT(*next, taken->port);
  close_listener(*taken);
}

}  // namespace
}  // namespace slipway::transport
