#include "slipway/app/advertise.h"

#include <gtest/gtest.h>

using namespace slipway::app;

namespace {
const std::vector<NetworkInterface> kInterfaces = {
    {1, "lo", true, {"127.0.0.1", "::1"}},
    {2, "eth0", true, {"fe80::1", "2001:db8::7", "192.168.1.7", "192.168.1.8"}},
    {3, "eth1", true, {"10.0.0.9"}},
};
}

TEST(Advertise, KeepsAHostThatWasBound) {
  EXPECT_EQ(advertised_host("127.0.0.1", kInterfaces), "127.0.0.1");
  EXPECT_EQ(advertised_host("localhost", kInterfaces), "localhost");
}

TEST(Advertise, TakesTheFirstIpv4OfTheLowestUsableInterfaceForAny) {
  for (const char* any : {"", "0.0.0.0", "::", "[::]"})
    EXPECT_EQ(advertised_host(any, kInterfaces), "192.168.1.7") << any;
  auto down = kInterfaces;
  down[1].up = false;
  EXPECT_EQ(advertised_host("0.0.0.0", down), "10.0.0.9");
  EXPECT_EQ(*advertised_url({"http", "0.0.0.0", 80}, kInterfaces), "http://192.168.1.7:80");
}

TEST(Advertise, PutsIpv6InBrackets) {
  EXPECT_EQ(*advertised_url({"grpc", "::", 90}, {{2, "eth0", true, {"2001:db8::7"}}}),
            "grpc://[2001:db8::7]:90");
  EXPECT_EQ(*advertised_url({"http", "::1", 80}, {}), "http://[::1]:80");
}

TEST(Advertise, NothingReachableIsAnErrorWithTheFix) {
  const auto none = advertised_url({"http", "0.0.0.0", 80}, {kInterfaces[0]});
  EXPECT_EQ(none.error().reason(), "NO_ADDRESS");
  EXPECT_NE(none.error().message().find("bind a host"), std::string::npos);
}

TEST(Advertise, OnlyGlobalUnicastCounts) {
  for (const char* good : {"192.168.0.1", "10.1.2.3", "8.8.8.8", "2001:db8::1", "fd00::1"})
    EXPECT_TRUE(is_global_unicast(good)) << good;
  for (const char* bad : {"127.0.0.1", "0.0.0.0", "255.255.255.255", "169.254.1.1", "224.0.0.1", "::1",
                          "::", "fe80::1", "ff02::1", "x", "::ffff:127.0.0.1"})
    EXPECT_FALSE(is_global_unicast(bad)) << bad;
}

TEST(SystemInterfaces, IncludeLoopback) {
  bool loopback = false;
  for (const auto& i : system_interfaces())
    for (const auto& a : i.addresses) loopback = loopback || a == "127.0.0.1";
  EXPECT_TRUE(loopback);
}
