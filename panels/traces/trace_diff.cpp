#include "panels/traces/trace_diff.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <functional>

#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/theme.h"
#include "panels/kit/trace_geometry.h"

namespace panels::traces {
namespace {

using kit::Token;
using workbench::recorder::Trace;
using workbench::recorder::TracePtr;
using workbench::recorder::TraceSpan;

QString tr(const char* text) { return QCoreApplication::translate("Traces", text); }
QString text(const std::string& s) { return QString::fromStdString(s); }

QString signed_duration(std::int64_t ns) {
  const QString sign = ns > 0 ? QStringLiteral("+") : ns < 0 ? QStringLiteral("-") : QString();
  return sign + kit::plots::duration_text(static_cast<double>(std::abs(ns)));
}

// Children of every span, and the roots last: spans are depth-first.
std::vector<std::vector<int>> children_of(const Trace& trace) {
  std::vector<std::vector<int>> out(trace.spans.size() + 1);
  std::vector<int> open;
  for (int i = 0; i < static_cast<int>(trace.spans.size()); ++i) {
    const auto depth = static_cast<std::size_t>(std::max(0, static_cast<int>(trace.spans[static_cast<std::size_t>(i)].depth)));
    open.resize(std::min(open.size(), depth));
    out[open.empty() ? trace.spans.size() : static_cast<std::size_t>(open.back())].push_back(i);
    open.push_back(i);
  }
  return out;
}

const TraceSpan& span_of(const Trace& t, int i) { return t.spans[static_cast<std::size_t>(i)]; }

}  // namespace

std::vector<SpanPair> match_spans(const Trace& a, const Trace& b) {
  const auto of_a = children_of(a), of_b = children_of(b);
  std::vector<SpanPair> out;
  const std::function<void(int, int, int)> walk = [&](int in_a, int in_b, int depth) {
    static const std::vector<int> none;
    const auto& left = in_a == -1 ? none : of_a[static_cast<std::size_t>(in_a)];
    const auto& right = in_b == -1 ? none : of_b[static_cast<std::size_t>(in_b)];
    std::vector<bool> taken(left.size());
    const auto add = [&](int x, int y) {
      SpanPair p;
      p.depth = depth, p.a = x, p.b = y;
      if (x >= 0) p.a_ns = span_of(a, x).duration_ns, p.a_self_ns = span_of(a, x).self_ns;
      if (y >= 0) p.b_ns = span_of(b, y).duration_ns, p.b_self_ns = span_of(b, y).self_ns;
      out.push_back(p);
      walk(x, y, depth + 1);
    };
    for (const int y : right) {
      int match = -1;
      for (std::size_t k = 0; k < left.size() && match < 0; ++k)
        if (!taken[k] && span_of(a, left[k]).service == span_of(b, y).service && span_of(a, left[k]).name == span_of(b, y).name) taken[k] = true, match = left[k];
      add(match, y);
    }
    for (std::size_t k = 0; k < left.size(); ++k)
      if (!taken[k]) add(left[k], -1);
  };
  walk(static_cast<int>(a.spans.size()), static_cast<int>(b.spans.size()), 0);
  return out;
}

TracePtr typical_of(const std::vector<TracePtr>& traces, const TracePtr& except) {
  std::vector<TracePtr> same;
  for (const TracePtr& t : traces)
    if (except && t->id != except->id && t->root_name == except->root_name && !t->error && t->stopped_by.empty()) same.push_back(t);
  if (same.empty()) return nullptr;
  const auto middle = same.begin() + static_cast<std::ptrdiff_t>((same.size() - 1) / 2);
  std::nth_element(same.begin(), middle, same.end(), [](const TracePtr& x, const TracePtr& y) { return x->duration_ns < y->duration_ns; });
  return *middle;
}

std::vector<kit::Column> diff_columns() {
  return {{tr("Span"), 0}, {QStringLiteral("A"), 92, Qt::AlignRight}, {QStringLiteral("B"), 92, Qt::AlignRight}, {tr("Self A"), 84, Qt::AlignRight}, {tr("Self B"), 84, Qt::AlignRight}, {tr("Self, B less A"), 104, Qt::AlignRight}, {tr("Where the difference is"), 200}};
}

std::vector<kit::CellRow> diff_rows(const Trace& a, const Trace& b, const std::vector<SpanPair>& pairs) {
  std::int64_t greatest = 1;
  for (const SpanPair& p : pairs) greatest = std::max(greatest, std::abs(p.self_difference()));
  std::vector<kit::CellRow> rows;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const SpanPair& p = pairs[i];
    const TraceSpan& span = p.b >= 0 ? span_of(b, p.b) : span_of(a, p.a);
    kit::Cell name = kit::Cell::plain(QString(p.depth * 2, QLatin1Char(' ')) + text(span.name));
    name.note = kit::span_detail(span);
    name.square = kit::theme().service_color(text(span.service));
    if (p.a < 0) name.note += tr("  only in B"), name.note_token = Token::Warn;
    else if (p.b < 0) name.note += tr("  only in A"), name.note_token = Token::Warn;
    else if (span_of(a, p.a).instance != span_of(b, p.b).instance) name.note = QStringLiteral("%1, %2").arg(text(span_of(a, p.a).instance), text(span_of(b, p.b).instance));
    const auto time = [](int at, std::int64_t ns, Token token) { return at < 0 ? kit::Cell::number(QString()) : kit::Cell::number(kit::plots::duration_text(static_cast<double>(ns)), static_cast<qlonglong>(ns), token); };
    const std::int64_t d = p.self_difference();
    kit::Cell bar;
    bar.kind = kit::Cell::Kind::Custom;
    bar.sort = static_cast<qlonglong>(d);
    bar.text = signed_duration(d);
    bar.paint = [share = static_cast<double>(d) / static_cast<double>(greatest)](QPainter& painter, const QRect& area, bool) {
      const auto& style = kit::plots::current_style();
      const int middle = area.center().x(), y = area.center().y() - 5;
      painter.fillRect(QRect(middle, area.top() + 4, 1, area.height() - 8), style.line);
      const int wide = static_cast<int>(std::lround(std::abs(share) * (area.width() / 2 - 4)));
      if (wide > 0) painter.fillRect(share > 0 ? QRect(middle + 1, y, wide, 10) : QRect(middle - wide, y, wide, 10), share > 0 ? style.series[1] : style.series[0]);
    };
    const bool matters = std::abs(d) * 5 >= greatest && greatest > 1000;
    rows.push_back({QString::number(i), {name, time(p.a, p.a_ns, Token::Tx2), time(p.b, p.b_ns, Token::Tx), time(p.a, p.a_self_ns, Token::Tx2), time(p.b, p.b_self_ns, Token::Tx), kit::Cell::number(d == 0 ? QString() : signed_duration(d), static_cast<qlonglong>(d), matters ? Token::Tx : Token::Tx2), bar}, {}});
  }
  return rows;
}

QString diff_sentence(const Trace& a, const Trace& b, const std::vector<SpanPair>& pairs) {
  const std::int64_t whole = b.duration_ns - a.duration_ns;
  const SpanPair* most = nullptr;
  for (const SpanPair& p : pairs)
    if ((whole >= 0 ? p.self_difference() : -p.self_difference()) > (most ? std::abs(most->self_difference()) : 0)) most = &p;
  const auto bold = [](std::int64_t ns) { return QStringLiteral("<b>%1</b>").arg(kit::plots::duration_text(static_cast<double>(std::abs(ns)))); };
  QString out = whole == 0 ? tr("Both took the same time") : (whole > 0 ? tr("B took %1 longer") : tr("B took %1 less")).arg(bold(whole));
  if (most && whole != 0) {
    const TraceSpan& span = most->b >= 0 ? span_of(b, most->b) : span_of(a, most->a);
    out += tr("; %1 of %2 accounts for %3").arg(text(span.name).toHtmlEscaped(), text(span.instance.empty() ? span.service : span.instance).toHtmlEscaped(), bold(most->self_difference()));
  }
  return out;
}

}  // namespace panels::traces
