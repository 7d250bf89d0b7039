#include "slipway/base/type_key.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace shop {
struct Order;
template <class T>
struct Box {};
}  // namespace shop

namespace slipway {
namespace {

struct Local {};

TEST(TypeKey, IsOnePerTypeAndKnowsItsName) {
  EXPECT_EQ(type_key<shop::Order>(), type_key<shop::Order>());
  EXPECT_NE(type_key<shop::Order>(), type_key<const shop::Order>());
  EXPECT_EQ(type_key<shop::Order>()->name, "shop::Order");
  EXPECT_EQ(type_key<shop::Order>()->short_name(), "Order");
  EXPECT_EQ(type_key<shop::Box<shop::Order>>()->short_name(), "Box<shop::Order>");
}

TEST(TypeKey, IsFoundByItsTextWhereverThatStands) {
  std::string elsewhere = "shop::Order";  // as another library's copy of the name
  const TypeKey same = detail::intern_type(elsewhere, nullptr);
  elsewhere.assign("gone.......");
  EXPECT_EQ(same, type_key<shop::Order>());
  EXPECT_EQ(same->name, "shop::Order");
}

TEST(TypeKey, TypesThatCannotBeNamedElsewhereAreNotSharedByName) {
  const TypeKey mine = type_key<Local>();
  EXPECT_EQ(mine, type_key<Local>());
  EXPECT_NE(mine, detail::intern_type(mine->name, nullptr));
  int other_home = 0;
  EXPECT_NE(mine, detail::intern_type(mine->name, &other_home));
  struct InFunction {};
  const auto closure = [] {};
  EXPECT_TRUE(detail::is_local_type(type_key<InFunction>()->name));
  EXPECT_TRUE(detail::is_local_type(type_key<decltype(closure)>()->name));
  EXPECT_TRUE(detail::is_local_type(type_key<shop::Box<Local>>()->name));
  EXPECT_FALSE(detail::is_local_type(type_key<shop::Box<void (*)(int)>>()->name));
}

template <int>
struct Numbered;

TEST(TypeKey, ManyThreadsThatAskFirstGetTheSameKey) {
  std::vector<TypeKey> seen(8);
  std::vector<std::thread> threads;
  for (auto& key : seen) threads.emplace_back([&key] { key = type_key<Numbered<7>>(); });
  for (auto& thread : threads) thread.join();
  for (const auto key : seen) EXPECT_EQ(key, seen.front());
}

}  // namespace
}  // namespace slipway
