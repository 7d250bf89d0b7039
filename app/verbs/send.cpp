#include "app/verbs/send.h"

#include <unistd.h>

#include <cmath>

#include "app/verbs/verb.h"

namespace app {
namespace {

using slipway::Value;

struct SendOptions {
  std::string workspace, request;
  bool json = false;
};

void print_spans(const Value& spans) {
  std::int64_t begin = 0, total = 1;
  for (const Value& s : spans.as_list()) {
    if (s["depth"].as_int() == 0) {
      begin = s["start_ns"].as_int();
      total = std::max<std::int64_t>(1, s["duration_ns"].as_int());
    }
  }
  constexpr int kWidth = 48;
  for (const Value& s : spans.as_list()) {
    const double from = static_cast<double>(s["start_ns"].as_int() - begin) / static_cast<double>(total);
    const double share = static_cast<double>(s["duration_ns"].as_int()) / static_cast<double>(total);
    const int left = std::clamp(static_cast<int>(std::floor(from * kWidth)), 0, kWidth - 1);
    const int width = std::clamp(static_cast<int>(std::ceil(share * kWidth)), 1, kWidth - left);
    const std::string& status = s["status"].as_string();
    const std::string name = std::string(static_cast<std::size_t>(s["depth"].as_int()), ' ') + s["name"].as_string();
    const char mark = status == "not_reached" ? '.' : status == "ok" ? '=' : '#';
    std::printf("  %-34.34s %-10.10s %10s  %s%s%s\n", name.c_str(), s["service"].as_string().c_str(),
                status == "not_reached" ? "-" : human_ns(s["duration_ns"].as_int()).c_str(), std::string(static_cast<std::size_t>(left), ' ').c_str(),
                std::string(static_cast<std::size_t>(width), mark).c_str(), status == "ok" ? "" : (" " + status).c_str());
  }
}

int send(const SendOptions& o) {
  auto session = WorkspaceSession::open(o.workspace, WorkspaceSession::Start::Services);
  if (!session.ok()) return fail(session.error());
  if (!(*session)->attached()) {
    std::fprintf(stderr, "nothing serves this workspace: its services run here for this request\n");
    (*session)->tell_failures();
  }
  auto reply = (*session)->call("send", Value::object({{"id", Value(o.request)}}));
  if (!reply.ok()) return fail(reply.error());
  const Value& x = *reply;
  const bool arrived = x["error"].as_string().empty();
  if (o.json) {
    print_json(x);
  } else if (!arrived) {
    std::fprintf(stderr, "slipway: %s: %s\n", x["url"].as_string().c_str(), x["error"].as_string().c_str());
  } else {
    std::printf("%lld %s  %s  %s\n", static_cast<long long>(x["status"].as_int()), x["reason"].as_string().c_str(), human_ns(x["total_ns"].as_int()).c_str(),
                x["url"].as_string().c_str());
    for (const auto& [k, v] : x["headers"].as_map()) std::printf("%s: %s\n", k.c_str(), v.as_string().c_str());
    std::printf("\n%s\n", x["body"].as_string().c_str());
    if (!x["trace_id"].as_string().empty()) std::printf("\ntrace %s\n", x["trace_id"].as_string().c_str());
    print_spans(x["spans"]);
  }
  if (!arrived) return kUnavailable;
  int code = kDone;
  for (const Value& a : x["assertions"].as_list()) {
    if (!o.json) std::printf("%s  %s%s\n", a["held"].as_bool() ? "ok  " : "FAIL", a["text"].as_string().c_str(), a["held"].as_bool() ? "" : (" (found " + a["found"].as_string() + ")").c_str());
    if (!a["held"].as_bool()) code = kNotHeld;
  }
  return code;
}

}  // namespace

void add_send(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<SendOptions>();
  auto* verb = root.add_subcommand("send", "Send a saved request and show the response and its trace");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->add_option("request", o->request, "Saved request, for example orders/create")->required();
  verb->add_flag("--json", o->json, "Print one JSON object");
  verb->callback([o, &exit_code] { exit_code = send(*o); });
}

}  // namespace app
