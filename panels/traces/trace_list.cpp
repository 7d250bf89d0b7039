#include "panels/traces/trace_list.h"

#include <QDateTime>
#include <QPainter>
#include <algorithm>

#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"

namespace panels::traces {
namespace {

using kit::Cell;
using kit::TagSpec;
using kit::Token;

kit::plots::PlotStyle shape_style() { return kit::plots::current_style(); }

}  // namespace

QString clock_text(std::int64_t wall_ns, bool millis) {
  return QDateTime::fromMSecsSinceEpoch((wall_ns + 500'000) / 1'000'000).toString(millis ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("HH:mm:ss"));
}

TraceListModel::TraceListModel(QObject* parent)
    : TableModel({{tr("Time"), 116}, {tr("Operation"), 0}, {tr("Services"), 92}, {tr("Spans"), 60, Qt::AlignRight}, {tr("Status"), 84},
                  {tr("Duration"), 168, Qt::AlignRight}, {tr("Shape, scaled to the trace"), 296}},
                 parent) {}

void TraceListModel::set_traces(std::vector<workbench::recorder::TracePtr> traces, const std::vector<workbench::host::ConfigChange>& changes) {
  std::vector<Row> rows;
  std::vector<QString> keys;
  std::size_t next = 0;
  std::int64_t slowest = 1;
  for (const auto& trace : traces) slowest = std::max(slowest, trace->duration_ns);
  std::vector<std::int64_t> sorted;
  for (const auto& trace : traces) sorted.push_back(trace->duration_ns);
  std::sort(sorted.begin(), sorted.end());
  const std::int64_t slow = sorted.size() < 10 ? INT64_MAX : sorted[std::min(sorted.size() - 1, sorted.size() * 99 / 100)];
  bool first = true;
  for (const auto& trace : traces) {
    Row mark;
    int folded = 0;
    while (next < changes.size() && changes[next].wall_ns > trace->start_ns) {
      if (!first) {
        if (folded == 0) mark.change = changes[next];
        ++folded;
      }
      ++next;
    }
    if (folded > 0) {
      mark.earlier = folded - 1;
      rows.push_back(mark);
      keys.push_back(QStringLiteral("mark:%1").arg(mark.change.version));
    }
    first = false;
    Row row;
    row.trace = trace;
    row.slowest = trace->duration_ns >= slow;
    rows.push_back(row);
    keys.push_back(QString::fromStdString(trace->id));
  }
  replace_rows(std::move(keys), [&] {
    rows_ = std::move(rows);
    slowest_ns_ = slowest;
    if (shapes_.size() > 4096) shapes_.clear();
  });
}

workbench::recorder::TracePtr TraceListModel::trace(int row) const {
  return row >= 0 && row < static_cast<int>(rows_.size()) ? rows_[static_cast<std::size_t>(row)].trace : nullptr;
}

const workbench::host::ConfigChange* TraceListModel::mark(int row) const {
  if (row < 0 || row >= static_cast<int>(rows_.size()) || rows_[static_cast<std::size_t>(row)].trace) return nullptr;
  return &rows_[static_cast<std::size_t>(row)].change;
}

int TraceListModel::trace_count() const {
  return static_cast<int>(std::count_if(rows_.begin(), rows_.end(), [](const Row& r) { return r.trace != nullptr; }));
}

const std::vector<kit::plots::MiniBar>& TraceListModel::shape(int row) const {
  static const std::vector<kit::plots::MiniBar> none;
  const auto t = trace(row);
  if (!t) return none;
  auto at = shapes_.find(t->id);
  if (at == shapes_.end()) at = shapes_.emplace(t->id, kit::plots::mini_bars(kit::trace_geometry(*t))).first;
  return at->second;
}

double TraceListModel::duration_share(int row) const {
  const auto t = trace(row);
  return t ? static_cast<double>(t->duration_ns) / static_cast<double>(slowest_ns_) : 0;
}

Cell TraceListModel::mark_cell(const Row& row, int column) const {
  if (column == kTime) {
    Cell c = Cell::mono(clock_text(row.change.wall_ns, false), Token::Acc);
    c.kind = Cell::Kind::Custom;
    return c;
  }
  if (column != kOperation) return {};
  const auto& ch = row.change;
  QString text = tr("%1 %2 to %3").arg(QString::fromStdString(ch.key), ch.had_before ? QString::fromStdString(ch.before) : tr("unset"), ch.has_after ? QString::fromStdString(ch.after) : tr("unset"));
  if (row.earlier > 0) text += row.earlier == 1 ? tr(", and 1 earlier change") : tr(", and %1 earlier changes").arg(row.earlier);
  Cell c = Cell::mono(text, Token::Tx2);
  c.kind = Cell::Kind::Custom;
  return c;
}

Cell TraceListModel::cell(int at, int column) const {
  const Row& row = rows_[static_cast<std::size_t>(at)];
  if (!row.trace) return mark_cell(row, column);
  const auto& t = *row.trace;
  Cell c;
  switch (column) {
    case kTime: return Cell::mono(clock_text(t.start_ns));
    case kOperation: {
      const QString name = QString::fromStdString(t.root_name);
      c.kind = Cell::Kind::Custom;
      c.text = name.section(QLatin1Char(' '), 1);
      c.note = name.section(QLatin1Char(' '), 0, 0);
      if (c.text.isEmpty()) c.text = name, c.note.clear();
      TagSpec tag;
      if (!t.stopped_by.empty()) {
        tag.text = tr("stopped at %1").arg(QString::fromStdString(t.stopped_by)), tag.token = Token::Warn, tag.tinted = true, tag.icon = QStringLiteral("error");
      } else if (t.error) {
        tag.text = t.status > 0 ? tr("failed") : tr("no reply"), tag.token = Token::Err, tag.tinted = true, tag.icon = QStringLiteral("error");
        for (const auto& span : t.spans)
          if (span.status == slipway::telemetry::SpanStatus::Error) {
            const QString reason = kit::attribute_of(span, "error.reason");
            if (!reason.isEmpty()) tag.text = QStringLiteral("%1: %2").arg(QString::fromStdString(span.service), reason);
          }
      } else if (row.slowest) {
        tag.text = tr("slowest 1 %"), tag.token = Token::Tx2;
      }
      if (!tag.text.isEmpty()) c.tags.push_back(tag);
      if (t.partial) {
        TagSpec partial;
        partial.text = tr("partial"), partial.token = Token::Tx2;
        c.tags.push_back(partial);
      }
      c.sort = name;
      return c;
    }
    case kServices: {
      c.kind = Cell::Kind::Custom;
      const auto services = t.services();
      c.text = QString::number(services.size());
      QStringList names;
      for (const auto& s : services) names << QString::fromStdString(s);
      c.tooltip = names.join(QStringLiteral(", "));
      return c;
    }
    case kSpans: return Cell::number(QString::number(t.spans.size()), static_cast<qulonglong>(t.spans.size()));
    case kStatus: {
      c = Cell::mono(t.status > 0 ? QString::number(t.status) : t.error ? tr("error") : QStringLiteral("OK"));
      c.kind = Cell::Kind::Custom;
      c.token = t.error || t.status >= 500 ? Token::Err : t.status >= 400 ? Token::Warn : Token::Tx;
      c.icon = t.error || t.status >= 400 ? QStringLiteral("error") : QStringLiteral("check-circle");
      return c;
    }
    case kDuration:
      c.kind = Cell::Kind::Custom;
      c.text = kit::plots::in_unit(static_cast<double>(t.duration_ns), {"ms", 1e6}) + QStringLiteral(" ms");
      c.sort = static_cast<qlonglong>(t.duration_ns);
      return c;
    case kShape:
      c.kind = Cell::Kind::Custom;
      c.tooltip = tr("%1 spans").arg(t.spans.size());
      return c;
    default: return c;
  }
}

void TraceListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto* model = qobject_cast<const TraceListModel*>(index.model());
  const Cell cell = index.data(kit::kCellRole).value<Cell>();
  CellDelegate::paint(painter, option, index);
  if (!model || cell.kind != Cell::Kind::Custom) return;
  const bool selected = option.state & QStyle::State_Selected;
  const kit::plots::PlotStyle style = shape_style();
  const QRect rect = option.rect.adjusted(index.column() == 0 ? 12 : 8, 0, -8, 0);
  const auto quiet = selected ? Token::Tx2 : Token::Tx3;
  if (model->mark(index.row())) {
    const int y = option.rect.center().y();
    if (index.column() == TraceListModel::kTime) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(style.acc);
      painter->setRenderHint(QPainter::Antialiasing);
      painter->drawPolygon(QPolygonF() << QPointF(rect.left(), y - 3) << QPointF(rect.left() + 8, y - 3) << QPointF(rect.left() + 4, y + 3));
      painter->setRenderHint(QPainter::Antialiasing, false);
      kit::paint_text(*painter, rect.adjusted(16, 0, 0, 0), cell.text, kit::Type::Dense, style.acc);
    } else {
      const int used = kit::paint_text(*painter, rect, cell.text, kit::Type::Dense, style.tx2);
      const QString link = TraceListModel::tr("Config");
      const int wide = 44;
      painter->fillRect(QRect(rect.left() + used + 10, y, std::max(0, rect.width() - used - 20 - wide), 1), style.line);
      kit::paint_text(*painter, rect, link, kit::Type::Caption, style.acc, Qt::AlignRight);
    }
    return;
  }
  switch (index.column()) {
    case TraceListModel::kOperation: {
      int x = rect.left();
      if (!cell.note.isEmpty()) {
        kit::paint_text(*painter, QRect(x, rect.top(), 40, rect.height()), cell.note, kit::Type::Dense, kit::theme().color(quiet));
        x += 44;
      }
      x += kit::paint_text(*painter, QRect(x, rect.top(), rect.right() - x, rect.height()), cell.text, kit::Type::Body, style.tx) + 8;
      for (const TagSpec& tag : cell.tags) {
        const int wide = kit::Tag::width_of(tag);
        if (x + wide > rect.right()) break;
        kit::Tag::paint(*painter, tag, QRect(x, rect.top() + (rect.height() - 18) / 2, wide, 18), selected);
        x += wide + 6;
      }
      break;
    }
    case TraceListModel::kServices: {
      const auto services = model->trace(index.row())->services();
      int x = rect.left();
      for (std::size_t i = 0; i < services.size() && i < 5; ++i, x += 12)
        painter->fillRect(QRect(x, option.rect.center().y() - 3, 8, 8), style.series[static_cast<std::size_t>(kit::plots::series_of_service(QString::fromStdString(services[i])))]);
      kit::paint_text(*painter, QRect(x + 2, rect.top(), 30, rect.height()), cell.text, kit::Type::Mono, style.tx2);
      break;
    }
    case TraceListModel::kStatus: {
      const bool good = cell.icon == QLatin1String("check-circle");
      const QColor ink = kit::theme().color(good ? Token::Ok : cell.token);
      Cell only;
      only.kind = Cell::Kind::Icon;
      only.icon = cell.icon, only.icon_token = good ? Token::Ok : cell.token;
      paint_cell(*painter, only, QRect(option.rect.left(), option.rect.top(), 32, option.rect.height()), Qt::AlignLeft, selected);
      kit::paint_text(*painter, rect.adjusted(22, 0, 0, 0), cell.text, kit::Type::Mono, good ? style.tx : ink);
      break;
    }
    case TraceListModel::kDuration: {
      const QRect track(rect.left(), option.rect.center().y() - 2, 68, 5);
      painter->fillRect(track, style.bg3);
      painter->fillRect(QRect(track.left(), track.top(), std::max(1, static_cast<int>(track.width() * model->duration_share(index.row()))), track.height()),
                        selected ? style.tx2 : style.strong_line);
      kit::paint_text(*painter, rect, cell.text, kit::Type::Mono, style.tx, Qt::AlignRight);
      break;
    }
    case TraceListModel::kShape:
      kit::plots::paint_mini(*painter, rect, model->shape(index.row()), style);
      break;
    default: break;
  }
}

}  // namespace panels::traces
