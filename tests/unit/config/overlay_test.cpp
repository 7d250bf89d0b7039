#include "slipway/config/overlay.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace {

using namespace slipway;
using namespace slipway::config;

OverlayLayer layer(const std::string& name, std::string_view yaml) {
  auto root = codec::parse_yaml(yaml);
  EXPECT_TRUE(root.ok()) << root.error().to_string();
  Document d;
  d.root = root->is_null() ? Value(Value::Map()) : *root;
  d.file = name;
  auto flat = flatten(d, name);
  EXPECT_TRUE(flat.ok()) << flat.error().to_string();
  return {name, *flat, false};
}

std::shared_ptr<const Schema> schema(std::vector<Section> sections) {
  auto s = std::make_shared<Schema>();
  for (auto& section : sections) s->add(std::move(section));
  return s;
}

std::string text(const Overlaid& o, std::string_view key) {
  const Entry* e = o.snapshot->find(key);
  return e ? e->text() : "(none)";
}

std::string problems(const Overlaid& o) {
  std::string out;
  for (const auto& p : o.problems) out += p.text() + "\n";
  return out;
}

TEST(Overlay, UpperLayerWinsKeyByKeyAndListsAreReplacedWhole) {
  const auto o = overlay_layers({layer("a", "x: {p: 1, q: 2}\nl: [1, 2]"), layer("b", "x: {q: 3}\nl: [9]")}, schema({}), 1);
  EXPECT_EQ(text(o, "x.p"), "1");
  EXPECT_EQ(text(o, "x.q"), "3");
  EXPECT_EQ(text(o, "l"), "[9]");
}

TEST(Overlay, RemovedKeyFallsBackToLowerLayer) {
  const auto o = overlay_layers({layer("a", "x: 1"), layer("b", "y: 2")}, schema({}), 1);
  EXPECT_EQ(text(o, "x"), "1");
}

TEST(Overlay, NullSetsNothing) {
  const auto o = overlay_layers({layer("a", "x: {p: 1}"), layer("b", "x:")}, schema({}), 1);
  EXPECT_EQ(text(o, "x.p"), "1");
}

TEST(Overlay, EveryLayersValueKeepsItsPlaceAndRawText) {
  const auto o = overlay_layers({layer("a.yaml", "x:\n  p: ${q:1}\n"), layer("b.yaml", "\nx: {p: 3}")}, schema({}), 1);
  const Entry* e = o.snapshot->find("x.p");
  ASSERT_NE(e, nullptr);
  ASSERT_EQ(e->stack.size(), 2u);
  EXPECT_EQ(e->stack[0].place, "a.yaml:2:6");
  EXPECT_EQ(e->stack[0].raw, Value("${q:1}"));
  EXPECT_EQ(e->stack[1].place, "b.yaml:2:8");
  EXPECT_EQ(e->winner, 1);
}

TEST(Overlay, UpperSectionReplacesLowerValueAndTheOtherWayRound) {
  auto o = overlay_layers({layer("a", "x: 1"), layer("b", "x: {p: 2}")}, schema({}), 1);
  EXPECT_EQ(text(o, "x"), "");
  EXPECT_EQ(text(o, "x.p"), "2");
  o = overlay_layers({layer("a", "x: {p: 2}"), layer("b", "x: 1")}, schema({}), 1);
  EXPECT_EQ(text(o, "x"), "1");
  EXPECT_EQ(text(o, "x.p"), "");
  EXPECT_EQ(o.snapshot->at("x.p"), nullptr);
}

TEST(Overlay, SchemaDefaultsLieBelowAllLayers) {
  const auto s = schema({{.prefix = "g", .keys = {{.name = "rate", .type = KeyType::Float, .fallback = 100}, {.name = "after", .type = KeyType::Duration, .fallback = "2s"}}}});
  const auto o = overlay_layers({layer("f", "g: {rate: 5}")}, s, 1);
  EXPECT_EQ(text(o, "g.rate"), "5");
  EXPECT_EQ(o.snapshot->get<Duration>("g.after").value(), 2s);
  EXPECT_EQ(o.snapshot->find("g.after")->stack[0].place, "schema");
  EXPECT_EQ(o.snapshot->layers(), (std::vector<std::string>{"defaults", "f"}));
}

TEST(Overlay, AValueThatDoesNotFitIsAProblemWithItsPlaceAndTheNextLowerOneHolds) {
  const auto s = schema({{.prefix = "http", .keys = {{.name = "timeout", .type = KeyType::Duration, .fallback = "1s"}}}});
  const auto o = overlay_layers({layer("config/service.yaml", "http:\n  timeout: 2x\n")}, s, 1);
  EXPECT_EQ(problems(o), "config/service.yaml:2:12: http.timeout: \"2x\" is not a duration (use 250ms, 2s, 1m)\n");
  EXPECT_EQ(text(o, "http.timeout"), "1s");
}

TEST(Overlay, UnknownKeyUnderAKnownSectionNamesTheNearest) {
  const auto s = schema({{.prefix = "gateway", .keys = {}}, {.prefix = "gateway.rate_limit", .keys = {{.name = "rate", .type = KeyType::Float, .fallback = 1}}}});
  const auto o = overlay_layers({layer("f.yaml", "gateway:\n  rate_limt:\n    rate: 5\nother: 1\n")}, s, 1);
  EXPECT_EQ(problems(o), "f.yaml:3:11: gateway.rate_limt.rate: unknown key (did you mean gateway.rate_limit.rate?)\n");
  EXPECT_EQ(text(o, "other"), "1");
  EXPECT_EQ(o.snapshot->at("gateway.rate_limt.rate"), nullptr);
}

TEST(Overlay, LimitsAndChoicesAreChecked) {
  const auto s = schema({{.prefix = "c",
                          .keys = {{.name = "port", .type = KeyType::Int, .min = 0, .max = 65535},
                                   {.name = "b", .type = KeyType::Enum, .choices = {"wrr", "p2c"}},
                                   {.name = "after", .type = KeyType::Duration, .min = "1ms"}}}});
  const auto o = overlay_layers({layer("f", "c:\n  port: 70000\n  b: p3c\n  after: 1us\n")}, s, 1);
  EXPECT_EQ(problems(o),
            "f:2:9: c.port: 70000 is too large (at most 65535)\n"
            "f:3:6: c.b: \"p3c\" is not one of wrr, p2c\n"
            "f:4:10: c.after: 1us is too small (at least 1ms)\n");
}

TEST(Overlay, FoldedNamesFindKeysWithDashes) {
  const auto s = schema({{.prefix = "pricing.pricing-5.work", .keys = {{.name = "service_time", .type = KeyType::String}}}});
  OverlayLayer env = layer("env", "pricing.pricing_5.work.service_time: 8ms");
  env.folded = true;
  EXPECT_EQ(text(overlay_layers({env}, s, 1), "pricing.pricing-5.work.service_time"), "8ms");
}

TEST(Templates, ResolveInDependencyOrderAcrossLayers) {
  const auto o = overlay_layers({layer("a", "url: http://${host}:${port}\nhost: ${name:local}.host\nport: 80"), layer("b", "name: db\nport: 81")}, schema({}), 1);
  EXPECT_EQ(text(o, "url"), "http://db.host:81");
  EXPECT_EQ(problems(o), "");
}

TEST(Templates, AWholeTemplateKeepsTheKindOfWhatItNames) {
  const auto o = overlay_layers({layer("a", "n: 5\nl: [1, 2]\ncopy: ${n}\nlist: ${l}\nitem: ${l.1}\ntext: n=${n}")}, schema({}), 1);
  EXPECT_EQ(o.snapshot->find("copy")->value, Value(5));
  EXPECT_TRUE(o.snapshot->find("list")->value.is_list());
  EXPECT_EQ(text(o, "item"), "2");
  EXPECT_EQ(text(o, "text"), "n=5");
}

TEST(Templates, DefaultsMayHoldColonsAndTemplates) {
  const auto o = overlay_layers({layer("a", "a: ${x:http://h:1}\nb: '${x:${y:z}}'\ne: '${x:}'")}, schema({}), 1);
  EXPECT_EQ(text(o, "a"), "http://h:1");
  EXPECT_EQ(text(o, "b"), "z");
  EXPECT_EQ(text(o, "e"), "");
}

TEST(Templates, DollarDollarBraceIsLiteral) {
  EXPECT_EQ(text(overlay_layers({layer("a", "a: $${x} and $5")}, schema({}), 1), "a"), "${x} and $5");
}

TEST(Templates, CycleIsReportedAsAPath) {
  const auto o = overlay_layers({layer("f", "a: ${b}\nb: ${c}\nc: ${a}")}, schema({}), 1);
  ASSERT_FALSE(o.problems.empty());
  EXPECT_NE(problems(o).find("templates go in a circle: a -> b -> c -> a"), std::string::npos) << problems(o);
}

TEST(Templates, MissingKeyWithoutDefaultIsAProblem) {
  const auto o = overlay_layers({layer("f", "a: ${nope}")}, schema({}), 1);
  EXPECT_EQ(problems(o), "f:1:4: a: ${nope}: there is no such key and no default (set it, or use ${nope:default})\n");
}

TEST(Templates, ResultIsReadByTheTypeOfItsKey) {
  const auto s = schema({{.prefix = "g", .keys = {{.name = "rate", .type = KeyType::Int}}}});
  const auto o = overlay_layers({layer("f", "g: { rate: '${x:80}' }")}, s, 1);
  EXPECT_EQ(o.snapshot->get<int>("g.rate").value(), 80);
}

TEST(Difference, NamesAddedChangedRemovedAndRetyped) {
  const auto a = overlay_layers({layer("f", "a: 1\nb: 1\nc: 1\nd: 1")}, schema({}), 1);
  const auto b = overlay_layers({layer("f", "b: 1\nc: 2\nd: text\ne: 1")}, schema({}), 2);
  std::string out;
  for (const auto& c : difference(*a.snapshot, *b.snapshot)) out += c.key + std::to_string(static_cast<int>(c.kind)) + " ";
  EXPECT_EQ(out, "a2 c1 d3 e0 ");
}

TEST(Snapshot, ReadsByTypeWithNearestNameWhenMissing) {
  const auto o = overlay_layers({layer("f", "g: {rate: 5, on: true, size: 64KiB, after: 250ms, list: [a, b]}")}, schema({}), 1);
  EXPECT_EQ(o.snapshot->get<int>("g.rate").value(), 5);
  EXPECT_EQ(o.snapshot->get<double>("g.rate").value(), 5.0);
  EXPECT_TRUE(o.snapshot->get<bool>("g.on").value());
  EXPECT_EQ(o.snapshot->get<std::uint64_t>("g.size").value(), 65536u);
  EXPECT_EQ(o.snapshot->get<Duration>("g.after").value(), 250ms);
  EXPECT_EQ(o.snapshot->get<std::vector<std::string>>("g.list").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(o.snapshot->get<std::string>("g.list.1").value(), "b");
  const auto r = o.snapshot->get<int>("g.rat");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "config key g.rat is not set (did you mean g.rate?)");
  EXPECT_EQ(o.snapshot->get<int>("g.after").error().message(), "g.after: \"250ms\" is not an integer (use 42)");
  EXPECT_EQ(o.snapshot->get_or<int>("nope", 7), 7);
  EXPECT_EQ(o.snapshot->at("."), &o.snapshot->tree());
}

TEST(Snapshot, SecretsAreMaskedAsText) {
  const auto s = schema({{.prefix = "a", .keys = {{.name = "key", .type = KeyType::Secret}}}});
  const auto o = overlay_layers({layer("f", "a: {key: hunter2}")}, s, 1);
  EXPECT_EQ(text(o, "a.key"), "••••••");
  EXPECT_EQ(o.snapshot->get<std::string>("a.key").value(), "hunter2");
}

TEST(Document, ANameThatIsEmptyIsRefused) {
  for (const char* key : {"", ".", "a.", ".a", "a..b"}) {
    Document d;
    d.root = Value::object({{key, 1}});
    EXPECT_FALSE(flatten(d, "file")) << key;
    EXPECT_FALSE(CommandLineSource::parse(std::string(key) + "=1")) << key;
  }
  Document inside;
  inside.root = Value::object({{"a", Value::object({{"", 1}})}});
  EXPECT_FALSE(flatten(inside, "file"));
}

TEST(Document, KeysWithDotsMeanNestedOnesAndClashesAreNamed) {
  auto root = codec::parse_yaml("a.b: 1\na: {c: 2}\n");
  ASSERT_TRUE(root.ok());
  auto flat = flatten({*root, "f", {}}, "f");
  ASSERT_TRUE(flat.ok()) << flat.error().to_string();
  EXPECT_NE((*flat)->find("a.b"), nullptr);
  EXPECT_NE((*flat)->find("a.c"), nullptr);
  root = codec::parse_yaml("a: 1\na.b: 2\n");
  flat = flatten({*root, "f", {}}, "f");
  ASSERT_FALSE(flat.ok());
  EXPECT_EQ(flat.error().reason(), "KEY_CONFLICT");
}

}  // namespace
