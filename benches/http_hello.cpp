// http_hello: GET /hello/{name} -> {"message":"hello NAME"}, as a server and as a comparison with nginx `return 200`.
//
//   http_hello --serve PORT [--workers N] [--chain]     a typed handler, bare or with the six middlewares
//   http_hello --bench [--seconds N] [--pairs N]        both servers in turn on one core, wrk on the other; ratios
//   http_hello --allocations [--chain]                  allocations per request after a warm-up
//
// --bench needs nginx and wrk and two cores. Budgets: requests/s >= 0.95 and CPU per request <= 1.0 of nginx, bare and with
// the chain; 16 pipelined requests >= 4x nginx; at most 2 allocations per request. Exit 1 when one does not hold.
#include <sys/stat.h>

#include <atomic>
#include <fstream>

#include "benches/hello.h"
#include "benches/wrk.h"

// Every allocation of the process goes through here, counted while `counting` is on.
namespace {
std::atomic<bool> counting{false};
std::atomic<std::uint64_t> allocations{0};
void* counted(std::size_t size, std::size_t alignment) {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = alignment > alignof(std::max_align_t) ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                                                       : std::malloc(size ? size : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
}  // namespace
void* operator new(std::size_t size) { return counted(size, 1); }
void* operator new[](std::size_t size) { return counted(size, 1); }
void* operator new(std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {
using namespace slipway;
using bench::Judge;
using bench::ServerChild;

// With the chain, spans and counts are gathered as in a service whose telemetry nobody reads.
struct Hello {
  Hello(int port, int workers, bool chain)
      : telemetry(telemetry::Telemetry::Options(), nullptr), served(port, workers, chain, chain ? &telemetry : nullptr) {}
  telemetry::Telemetry telemetry;
  bench::Hello served;
};

int serve(int port, int workers, bool chain) {
  const bench::StopSignal stop;
  Hello hello(port, workers, chain);
  std::printf("listening on http://127.0.0.1:%d\n", hello.served.port());
  std::fflush(stdout);
  stop.wait();
  hello.served.drain();
  return 0;
}

double allocations_per_request(bool chain) {
  constexpr int kWarmUp = 1000, kCounted = 10'000;
  Hello hello(0, 1, chain);
  const int fd = bench::connect_to(hello.served.port());
  static constexpr char kRequest[] = "GET /hello/world HTTP/1.1\r\nHost: a\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
  char reply[4096];
  const auto one = [&] {
    if (send(fd, kRequest, sizeof kRequest - 1, MSG_NOSIGNAL) < 0) return;
    for (std::size_t have = 0; have < sizeof reply;) {
      const ssize_t n = recv(fd, reply + have, sizeof reply - have, 0);
      if (n <= 0) return;
      have += static_cast<std::size_t>(n);
      if (std::memchr(reply, '}', have)) return;
    }
  };
  for (int i = 0; i < kWarmUp; ++i) one();
  allocations = 0;
  counting = true;
  for (int i = 0; i < kCounted; ++i) one();
  counting = false;
  close(fd);
  return static_cast<double>(allocations.load()) / kCounted;
}

// ---- the comparison ----

// The one worker of an nginx master.
pid_t worker_of(pid_t master) {
  FILE* children = popen(("cat /proc/" + std::to_string(master) + "/task/*/children").c_str(), "r");
  int pid = 0;
  if (children) {
    if (std::fscanf(children, "%d", &pid) != 1) pid = 0;
    pclose(children);
  }
  return pid;
}

std::string write_nginx_config(const std::string& folder, int port) {
  const std::string path = folder + "/nginx.conf";
  std::ofstream(path) << "worker_processes 1;\ndaemon off;\nerror_log " << folder << "/error.log;\npid " << folder << "/nginx.pid;\n"
                      << "events { worker_connections 2048; }\nhttp {\n  access_log off;\n  keepalive_requests 100000000;\n"
                      << "  client_body_temp_path " << folder << "; proxy_temp_path " << folder << "; fastcgi_temp_path " << folder
                      << "; uwsgi_temp_path " << folder << "; scgi_temp_path " << folder << ";\n"
                      << "  server {\n    listen 127.0.0.1:" << port << ";\n    default_type application/json;\n"
                      << "    location ~ ^/hello/(.*)$ { return 200 '{\"message\":\"hello $1\"}'; }\n  }\n}\n";
  return path;
}

int compare_with_nginx(const std::string& self, int seconds, int pairs) {
  if (!bench::tools_there("nginx wrk taskset")) {
    std::fprintf(stderr, "http_hello: --bench needs two cores, nginx, wrk and taskset\n");
    return 69;
  }
  char folder[] = "/tmp/http_hello.XXXXXX";
  if (!mkdtemp(folder) || chmod(folder, 0755) != 0) return 69;
  const std::string script = std::string(folder) + "/pipeline.lua";
  std::ofstream(script) << "init = function(args)\n  local r = {}\n  for i = 1, 16 do r[i] = wrk.format(\"GET\", \"/hello/world\") end\n"
                        << "  req = table.concat(r)\nend\nrequest = function() return req end\n";
  Judge judge;
  {
    const int nginx_port = transport::next_free_port(18080).value_or(0);
    ServerChild nginx("nginx", {"nginx", "-c", write_nginx_config(folder, nginx_port), "-e", std::string(folder) + "/error.log"}, nginx_port);
    if (!nginx.listens()) return 69;
    nginx.counts(worker_of(nginx.pid()));
    for (const bool chain : {false, true}) {
      const int port = transport::next_free_port(nginx_port + 1).value_or(0);
      std::vector<std::string> words{self, "--serve", std::to_string(port), "--workers", "1"};
      if (chain) words.push_back("--chain");
      const ServerChild ours("ours", words, port);
      if (!ours.listens()) return 69;
      const std::string kind = chain ? "chain of six" : "bare";
      std::printf("  %s, 64 connections\n", kind.c_str());
      const bench::Ratios plain = bench::compare(nginx, ours, seconds, pairs);
      judge(kind + ": requests/s of nginx", plain.rate, ">=", 0.95);
      judge(kind + ": CPU/request of nginx", plain.cpu, "<=", 1.0);
      if (!chain) {
        std::printf("  bare, 16 pipelined\n");
        judge("16 pipelined: requests/s of nginx", bench::compare(nginx, ours, seconds, std::max(1, pairs / 2), script).rate, ">=", 4.0);
      }
      judge(kind + ": failed requests", static_cast<double>(plain.errors), "<=", 0);
      judge(kind + ": allocations per request", allocations_per_request(chain), "<=", 2.0);
    }
  }
  if (std::system(("rm -rf " + std::string(folder)).c_str()) != 0) std::fprintf(stderr, "left behind: %s\n", folder);
  return judge.held() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int port = 0, workers = 1, seconds = 2, pairs = 5;
  bool chain = false, allocations_only = false, compare_now = false, serving = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::atoi(argv[++i]) : 0; };
    if (word == "--serve") {
      serving = true;
      port = number();
    } else if (word == "--workers") {
      workers = number();
    } else if (word == "--seconds") {
      seconds = number();
    } else if (word == "--pairs") {
      pairs = number();
    } else if (word == "--chain") {
      chain = true;
    } else if (word == "--bench") {
      compare_now = true;
    } else if (word == "--allocations") {
      allocations_only = true;
    } else {
      serving = compare_now = allocations_only = false;
      break;
    }
  }
  if (serving) return serve(port, workers, chain);
  if (compare_now) return compare_with_nginx("/proc/self/exe", std::max(seconds, 1), std::max(pairs, 1));
  if (allocations_only) {
    std::printf("allocations per request: %.3f\n", allocations_per_request(chain));
    return 0;
  }
  std::fprintf(stderr, "usage: http_hello --serve PORT [--workers N] [--chain] | --bench [--seconds N] [--pairs N] | --allocations [--chain]\n");
  return 1;
}
