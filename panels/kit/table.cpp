#include "panels/kit/table.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include "panels/kit/icons.h"
#include "panels/kit/widgets.h"

namespace panels::kit {
namespace {

// The header paints its own cells, so that a number's header stands right-aligned over it.
class Header final : public QHeaderView {
 public:
  explicit Header(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setSectionsClickable(true);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMinimumSectionSize(16);
    setFixedHeight(size::kTableHeader);
    setObjectName(QStringLiteral("header"));
  }

 protected:
  void paintSection(QPainter* painter, const QRect& rect, int section) const override {
    painter->save();
    painter->fillRect(rect, theme().color(Token::Bg1));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme().color(Token::Line));
    const QString text = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    const auto align = Qt::Alignment(model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt());
    const bool edge = visualIndex(section) == 0;
    QRect inner = rect.adjusted(size::kCellPadding + (edge ? size::kRowPadding : 0), 0, -size::kCellPadding, 0);
    painter->setFont(theme().font(Type::Caption));
    painter->setPen(theme().color(Token::Tx2));
    painter->drawText(inner, int((align & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter),
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    painter->restore();
  }
};

QString cell_text(const Cell& c) {
  if (c.kind == Cell::Kind::Tags || (c.text.isEmpty() && !c.tags.empty())) {
    QStringList parts;
    for (const TagSpec& t : c.tags) parts << (t.struck ? QStringLiteral("(%1)").arg(t.text) : t.text);
    return parts.join(QStringLiteral(", "));
  }
  if (c.kind == Cell::Kind::Toggle) return c.on ? QStringLiteral("on") : QStringLiteral("off");
  if (c.kind == Cell::Kind::Spark) {
    QStringList parts;
    for (float v : c.spark) parts << QString::number(double(v), 'g', 4);
    return parts.join(QLatin1Char(' '));
  }
  if (c.kind == Cell::Kind::Layer)
    return c.layer_state == 2 ? QStringLiteral("wins") : c.layer_state == 1 ? QStringLiteral("overlaid") : QString();
  return c.note.isEmpty() ? c.text : c.text + QLatin1Char(' ') + c.note;
}

}  // namespace

Cell Cell::plain(QString text, Token token) {
  Cell c;
  c.text = std::move(text), c.token = token;
  return c;
}
Cell Cell::mono(QString text, Token token) {
  Cell c = plain(std::move(text), token);
  c.kind = Kind::Mono;
  return c;
}
Cell Cell::number(QString text, QVariant sort, Token token) {
  Cell c = plain(std::move(text), token);
  c.kind = Kind::Number, c.sort = std::move(sort);
  return c;
}
Cell Cell::of_tags(std::vector<TagSpec> tags) {
  Cell c;
  c.kind = Kind::Tags, c.tags = std::move(tags);
  return c;
}
Cell Cell::of_spark(std::vector<float> values) {
  Cell c;
  c.kind = Kind::Spark, c.spark = std::move(values);
  return c;
}

// ---------------------------------------------------------------- model

TableModel::TableModel(std::vector<Column> columns, QObject* parent) : QAbstractTableModel(parent), columns_(std::move(columns)) {}

int TableModel::row_of(const QString& key) const {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] == key) return int(i);
  return -1;
}

int TableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(keys_.size()); }
int TableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(columns_.size()); }

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return cell_text(cell(source_[std::size_t(index.row())], index.column()));
    case Qt::ToolTipRole: {
      const Cell c = cell(source_[std::size_t(index.row())], index.column());
      return c.tooltip.isEmpty() ? QVariant() : QVariant(c.tooltip);
    }
    case Qt::TextAlignmentRole: return int(columns_[std::size_t(index.column())].align | Qt::AlignVCenter);
    case kCellRole: return QVariant::fromValue(cell(source_[std::size_t(index.row())], index.column()));
    case kKeyRole: return keys_[std::size_t(index.row())];
    case kRowTintRole: return row_tint(source_[std::size_t(index.row())]);
    default: return {};
  }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= int(columns_.size())) return {};
  const Column& c = columns_[std::size_t(section)];
  if (role == Qt::DisplayRole) return c.title;
  if (role == Qt::TextAlignmentRole) return int(c.align | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && !c.tooltip.isEmpty()) return c.tooltip;
  return {};
}

void TableModel::replace_rows(std::vector<QString> keys, const std::function<void()>& swap) {
  std::size_t head = 0, tail = 0;
  const std::size_t shorter = std::min(keys.size(), keys_.size());
  while (head < shorter && keys[head] == keys_[head]) ++head;
  while (tail < shorter - head && keys[keys.size() - 1 - tail] == keys_[keys_.size() - 1 - tail]) ++tail;
  const std::size_t removed = keys_.size() - head - tail, added = keys.size() - head - tail;
  // Three legal steps: rows go while the old data stands, the rows that stay take the new data, rows come. `source_` says
  // which row of the data each row of the model shows in between.
  if (removed > 0) {
    beginRemoveRows({}, int(head), int(head + removed) - 1);
    keys_.erase(keys_.begin() + long(head), keys_.begin() + long(head + removed));
    source_.erase(source_.begin() + long(head), source_.begin() + long(head + removed));
    endRemoveRows();
  }
  swap();
  for (std::size_t i = 0; i < tail; ++i) source_[head + i] = int(head + added + i);
  if (!keys_.empty()) Q_EMIT dataChanged(index(0, 0), index(int(keys_.size()) - 1, int(columns_.size()) - 1));
  if (added > 0) {
    beginInsertRows({}, int(head), int(head + added) - 1);
    keys_ = std::move(keys);
    source_.resize(keys_.size());
    for (std::size_t i = 0; i < source_.size(); ++i) source_[i] = int(i);
    endInsertRows();
  }
}

// ---------------------------------------------------------------- painting

int row_baseline(const QRect& rect) {
  const QFontMetrics m(theme().font(Type::Body));
  return rect.top() + (rect.height() - m.capHeight()) / 2 + m.capHeight() + (rect.height() % 2 ? 1 : 0);
}

int paint_text(QPainter& painter, const QRect& rect, const QString& text, Type type, const QColor& color, Qt::Alignment align) {
  painter.setFont(theme().font(type));
  painter.setPen(color);
  const QFontMetrics m = painter.fontMetrics();
  const int full = m.horizontalAdvance(text);
  const QString shown = full > rect.width() ? m.elidedText(text, Qt::ElideRight, rect.width()) : text;
  const int width = full > rect.width() ? m.horizontalAdvance(shown) : full;
  int x = rect.left();
  if (align & Qt::AlignRight) x = rect.right() + 1 - width;
  if (align & Qt::AlignHCenter) x = rect.left() + (rect.width() - width) / 2;
  painter.drawText(x, row_baseline(rect), shown);
  return width;
}

void paint_spark(QPainter& painter, const std::vector<float>& values, const QRect& rect, const QColor& color) {
  if (values.size() < 2 || rect.width() < 8) return;
  float high = *std::max_element(values.begin(), values.end());
  if (high <= 0) high = 1;
  painter.save();
  const double step = double(rect.width() - 1) / double(values.size() - 1);
  QPolygonF line;
  for (std::size_t i = 0; i < values.size(); ++i)
    line << QPointF(rect.left() + 0.5 + double(i) * step, rect.bottom() + 0.5 - double(values[i] / high) * (rect.height() - 4));
  QPolygonF area = line;
  area << QPointF(rect.right() + 0.5, rect.bottom() + 1) << QPointF(rect.left() + 0.5, rect.bottom() + 1);
  QColor fill = color;
  fill.setAlphaF(0.22F);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(fill);
  painter.drawPolygon(area);
  painter.setPen(QPen(color, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawPolyline(line);
  painter.restore();
}

CellDelegate::CellDelegate(QObject* parent) : QStyledItemDelegate(parent) {}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {40, size::kRow}; }

QRect CellDelegate::tag_rect(const Cell& cell, const QRect& rect, int tag) {
  int x = rect.left() + size::kCellPadding;
  for (int i = 0; i < int(cell.tags.size()); ++i) {
    const int w = Tag::width_of(cell.tags[std::size_t(i)]);
    const int h = cell.tags[std::size_t(i)].tinted ? 22 : size::kTag;
    if (i == tag) return {x, rect.top() + (rect.height() - h) / 2, w, h};
    x += w + gap::kS;
  }
  return {};
}

void CellDelegate::paint_cell(QPainter& painter, const Cell& cell, const QRect& rect, Qt::Alignment align, bool selected) {
  QRect inner = rect.adjusted(size::kCellPadding, 0, -size::kCellPadding, 0);
  Token token = cell.token;
  if (selected && token == Token::Tx3) token = Token::Tx2;
  const QColor color = theme().color(token);
  auto icon_first = [&] {
    if (cell.icon.isEmpty()) return;
    paint_icon(painter, cell.icon, theme().color(cell.icon_token), QRectF(inner.left(), inner.top() + (inner.height() - 16) / 2, 16, 16));
    inner.setLeft(inner.left() + 16 + gap::kS);
  };
  switch (cell.kind) {
    case Cell::Kind::Text:
    case Cell::Kind::Mono:
    case Cell::Kind::Number: {
      if (cell.square.isValid()) {
        painter.fillRect(QRect(inner.left(), inner.top() + (inner.height() - 8) / 2, 8, 8), cell.square);
        inner.setLeft(inner.left() + 8 + gap::kM);
      }
      icon_first();
      Type type = cell.kind == Cell::Kind::Text ? (cell.strong ? Type::Medium : Type::Body)
                                                : (cell.strong ? Type::MonoStrong : Type::Mono);
      const int used = paint_text(painter, inner, cell.text, type, color, align);
      int x = inner.left() + used;
      if (cell.struck) {
        const int y = row_baseline(rect) - 4;
        const int from = align & Qt::AlignRight ? inner.right() + 1 - used : inner.left();
        painter.fillRect(QRect(from, y, used, 1), color);
      }
      if (!cell.note.isEmpty() && !(align & Qt::AlignRight)) {
        const Token note = selected && cell.note_token == Token::Tx3 ? Token::Tx2 : cell.note_token;
        x += gap::kM;
        x += paint_text(painter, QRect(x, inner.top(), inner.right() + 1 - x, inner.height()), cell.note, Type::Caption, theme().color(note));
      }
      for (const TagSpec& tag : cell.tags) {
        x += gap::kM;
        const int w = Tag::width_of(tag);
        if (x + w > inner.right() + 1) break;
        Tag::paint(painter, tag, QRect(x, inner.top() + (inner.height() - 18) / 2, w, 18), selected);
        x += w;
      }
      break;
    }
    case Cell::Kind::Tags: {
      const int room = inner.right() + 1;
      int x = inner.left();
      for (std::size_t i = 0; i < cell.tags.size(); ++i) {
        const TagSpec& tag = cell.tags[i];
        const int w = Tag::width_of(tag);
        const int rest = int(cell.tags.size() - i) - 1;
        const QString more = QStringLiteral("+%1").arg(rest + 1);
        const int more_width = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(more) + gap::kXs;
        const bool last_fits = rest == 0 ? x + w <= room : x + w + gap::kS + more_width <= room;
        if (!last_fits) {
          paint_text(painter, QRect(x, inner.top(), room - x, inner.height()), more, Type::Caption, theme().color(Token::Tx2));
          break;
        }
        if (tag.text.startsWith(QLatin1Char('+')) && !tag.tinted) {
          paint_text(painter, QRect(x, inner.top(), w, inner.height()), tag.text, Type::Caption, theme().color(Token::Tx2));
        } else {
          const int h = tag.tinted ? 22 : size::kTag;
          Tag::paint(painter, tag, QRect(x, inner.top() + (inner.height() - h) / 2, w, h), selected);
        }
        x += w + gap::kS;
      }
      break;
    }
    case Cell::Kind::Spark:
      paint_spark(painter, cell.spark, QRect(inner.left(), inner.top() + (inner.height() - 18) / 2, std::min(inner.width(), 80), 18),
                  theme().color(Token::Tx3));
      break;
    case Cell::Kind::Bar: {
      const int number = QFontMetrics(theme().font(Type::Mono)).horizontalAdvance(QStringLiteral("100.0 %")) + gap::kM;
      const QRect bar(inner.left(), inner.top() + inner.height() / 2 - 3, std::max(0, inner.width() - number), 6);
      painter.fillRect(bar, theme().color(Token::Bg3));
      painter.fillRect(QRect(bar.left(), bar.top(), int(bar.width() * std::clamp(cell.share, 0.0, 1.0)), bar.height()), color);
      paint_text(painter, inner, cell.text, Type::Mono, theme().color(Token::Tx), Qt::AlignRight);
      break;
    }
    case Cell::Kind::Icon: {
      if (cell.icon.isEmpty()) break;
      const int x = align & Qt::AlignRight     ? inner.right() + 1 - 16
                    : align & Qt::AlignHCenter ? inner.left() + (inner.width() - 16) / 2
                                               : inner.left();
      paint_icon(painter, cell.icon, theme().color(cell.icon_token), QRectF(x, inner.top() + (inner.height() - 16) / 2, 16, 16));
      break;
    }
    case Cell::Kind::Square:
      painter.fillRect(QRect(inner.left(), inner.top() + (inner.height() - 8) / 2, 8, 8), cell.square);
      break;
    case Cell::Kind::Layer: {
      const int cx = rect.left() + rect.width() / 2, cy = rect.top() + rect.height() / 2;
      const QColor track = theme().color(selected ? Token::LineS : Token::Line);
      if (cell.join_left) painter.fillRect(QRect(rect.left(), cy, cx - 5 - rect.left(), 1), track);
      if (cell.join_right) painter.fillRect(QRect(cx + 5, cy, rect.right() + 1 - cx - 5, 1), track);
      if (cell.layer_state == 0) {
        if (cell.join_left && cell.join_right) {
          painter.fillRect(QRect(cx - 5, cy, 10, 1), track);
        } else {
          painter.fillRect(QRect(cx - 1, cy - 1, 2, 2), theme().color(selected ? Token::Tx2 : Token::LineS));
        }
      } else {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box(cx - 4.5, cy - 4.5, 9, 9);
        painter.setPen(QPen(theme().color(cell.layer_state == 2 ? Token::Acc : Token::Tx2), 1));
        painter.setBrush(cell.layer_state == 2 ? QBrush(theme().color(Token::Acc)) : QBrush(theme().color(selected ? Token::Sel : Token::Bg1)));
        painter.drawRoundedRect(box, 2, 2);
        painter.restore();
      }
      break;
    }
    case Cell::Kind::Toggle:
      Toggle::paint(painter, QRect(inner.left(), inner.top() + (inner.height() - 14) / 2, 26, 14), cell.on);
      break;
    case Cell::Kind::Custom:
      if (cell.paint) cell.paint(painter, inner, selected);
      break;
  }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const bool selected = option.state & QStyle::State_Selected;
  const bool hovered = option.state & QStyle::State_MouseOver;
  const QColor tint = index.data(kRowTintRole).value<QColor>();
  painter->save();
  if (selected)
    painter->fillRect(option.rect, theme().color(Token::Sel));
  else if (tint.isValid())
    painter->fillRect(option.rect, tint);
  else if (hovered)
    painter->fillRect(option.rect, theme().color(Token::Bg2));
  const auto* view = qobject_cast<const QTableView*>(option.widget);
  const int row_height = view ? view->verticalHeader()->defaultSectionSize() : option.rect.height();
  if (row_height >= size::kRow && !selected)
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      theme().color(theme().dark() ? Token::Bg2 : Token::Bg3));
  const bool edge = view && view->horizontalHeader()->visualIndex(index.column()) == 0;
  QRect rect = option.rect.adjusted(edge ? size::kRowPadding : 0, 0, 0, 0);
  if (rect.height() > row_height) rect.setHeight(row_height);  // a row that was given room for something below its cells
  painter->setClipRect(option.rect);
  const Cell c = index.data(kCellRole).value<Cell>();
  paint_cell(*painter, c, rect, Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt()), selected);
  if (selected && view && view->hasFocus()) {
    if (edge) painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), theme().color(Token::Acc));
  }
  painter->restore();
}

// ---------------------------------------------------------------- view

TableView::TableView(const QString& accessible_name, int row_height, QWidget* parent) : QTableView(parent) {
  setAccessibleName(accessible_name);
  setHorizontalHeader(new Header(this));
  setItemDelegate(new CellDelegate(this));
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setShowGrid(false);
  setWordWrap(false);
  setFrameShape(QFrame::NoFrame);
  setMouseTracking(true);
  setTabKeyNavigation(false);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setCornerButtonEnabled(false);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  horizontalHeader()->setAccessibleName(tr("Columns of %1").arg(accessible_name));
  set_row_height(row_height);
  connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& i) { Q_EMIT key_activated(i.data(kKeyRole).toString()); });
  connect(&theme(), &Theme::changed, this, [this] { viewport()->update(); });
}

void TableView::set_row_height(int height) {
  verticalHeader()->setMinimumSectionSize(height);
  verticalHeader()->setDefaultSectionSize(height);
}

void TableView::setModel(QAbstractItemModel* model) {
  QTableView::setModel(model);
  fit_columns();
}

void TableView::fit_columns() {
  auto* table = qobject_cast<TableModel*>(model());
  if (!table) return;
  int fixed = 0, open = 0;
  const auto& columns = table->columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (isColumnHidden(int(i))) continue;
    if (columns[i].width == 0) ++open;
    fixed += columns[i].width;
  }
  const int room = viewport()->width();
  const int each = open ? std::max(60, (room - fixed) / open) : 0;
  // When it does not fit, the wide columns give way; nothing is scrolled out of sight sideways.
  double squeeze = 1;
  if (fixed + each * open > room && fixed > 0) squeeze = std::max(0.55, double(room - each * open) / fixed);
  int used = 0, last = -1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (isColumnHidden(int(i))) continue;
    const int w = columns[i].width == 0 ? each : int(columns[i].width * squeeze);
    setColumnWidth(int(i), w);
    used += w, last = int(i);
  }
  if (last >= 0 && used < room) setColumnWidth(last, columnWidth(last) + room - used);
}

QString TableView::current_key() const { return currentIndex().isValid() ? currentIndex().data(kKeyRole).toString() : QString(); }

void TableView::select_key(const QString& key) {
  auto* table = qobject_cast<TableModel*>(model());
  const int row = table ? table->row_of(key) : -1;
  if (row < 0 || current_key() == key) return;
  setCurrentIndex(table->index(row, 0));
  scrollTo(table->index(row, 0));
}

void TableView::set_empty_text(const QString& text) {
  empty_text_ = text;
  viewport()->update();
}

void TableView::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fit_columns();
}

void TableView::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  if (empty_text_.isEmpty() || !model() || model()->rowCount() > 0) return;
  QPainter painter(viewport());
  painter.setFont(theme().font(Type::Body));
  painter.setPen(theme().color(Token::Tx2));
  painter.drawText(viewport()->rect().adjusted(gap::kXxl, 0, -gap::kXxl, 0), Qt::AlignCenter | Qt::TextWordWrap, empty_text_);
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTableView::currentChanged(current, previous);
  if (current.isValid() && (!previous.isValid() || previous.row() != current.row()))
    Q_EMIT key_selected(current.data(kKeyRole).toString());
}

void TableView::keyPressEvent(QKeyEvent* event) {
  if (state() == QAbstractItemView::EditingState) return QTableView::keyPressEvent(event);  // what the editor let through
  const QString key = current_key();
  if (!key.isEmpty() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && event->modifiers() == Qt::NoModifier) {
    Q_EMIT key_activated(key);
    return;
  }
  if (!key.isEmpty() && event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
    Q_EMIT space_pressed(key);
    return;
  }
  if (event->matches(QKeySequence::Copy)) {
    QApplication::clipboard()->setText(as_tsv());
    return;
  }
  QTableView::keyPressEvent(event);
}

void TableView::mouseReleaseEvent(QMouseEvent* event) {
  QTableView::mouseReleaseEvent(event);
  const QModelIndex at = indexAt(event->pos());
  if (at.isValid() && event->button() == Qt::LeftButton) Q_EMIT cell_clicked(at, event->pos() - visualRect(at).topLeft());
}

namespace {
std::vector<int> rows_to_copy(const TableView& view) {
  std::vector<int> rows;
  const auto selected = view.selectionModel()->selectedRows();
  if (selected.size() > 1) {
    for (const QModelIndex& i : selected) rows.push_back(i.row());
    std::sort(rows.begin(), rows.end());
  } else {
    for (int r = 0; r < view.model()->rowCount(); ++r) rows.push_back(r);
  }
  return rows;
}
std::vector<int> columns_to_copy(const TableView& view) {
  std::vector<int> columns;
  for (int c = 0; c < view.model()->columnCount(); ++c)
    if (!view.model()->headerData(c, Qt::Horizontal).toString().isEmpty() && !view.isColumnHidden(c)) columns.push_back(c);
  return columns;
}
}  // namespace

QString TableView::as_tsv() const {
  QString out;
  const auto columns = columns_to_copy(*this);
  QStringList line;
  for (int c : columns) line << model()->headerData(c, Qt::Horizontal).toString();
  out += line.join(QLatin1Char('\t')) + QLatin1Char('\n');
  for (int r : rows_to_copy(*this)) {
    line.clear();
    for (int c : columns) line << model()->index(r, c).data().toString().replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
    out += line.join(QLatin1Char('\t')) + QLatin1Char('\n');
  }
  return out;
}

QString TableView::as_json() const {
  QJsonArray all;
  for (int r : rows_to_copy(*this)) {
    QJsonObject one;
    for (int c : columns_to_copy(*this)) {
      const Cell cell = model()->index(r, c).data(kCellRole).value<Cell>();
      one[model()->headerData(c, Qt::Horizontal).toString()] =
          cell.sort.isValid() ? QJsonValue::fromVariant(cell.sort) : QJsonValue(model()->index(r, c).data().toString());
    }
    all.append(one);
  }
  return QString::fromUtf8(QJsonDocument(all).toJson());
}

QString TableView::as_markdown() const {
  const auto columns = columns_to_copy(*this);
  QString out = QStringLiteral("|"), rule = QStringLiteral("|");
  for (int c : columns) {
    out += QStringLiteral(" %1 |").arg(model()->headerData(c, Qt::Horizontal).toString());
    const bool right = model()->headerData(c, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    rule += right ? QStringLiteral(" ---: |") : QStringLiteral(" --- |");
  }
  out += QLatin1Char('\n') + rule + QLatin1Char('\n');
  for (int r : rows_to_copy(*this)) {
    out += QLatin1Char('|');
    for (int c : columns)
      out += QStringLiteral(" %1 |").arg(model()->index(r, c).data().toString().replace(QLatin1Char('|'), QStringLiteral("\\|")));
    out += QLatin1Char('\n');
  }
  return out;
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
  if (contextMenuPolicy() != Qt::DefaultContextMenu || !model()) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  auto copy = [](const QString& text) { QApplication::clipboard()->setText(text); };
  menu->addAction(icon(QStringLiteral("copy")), tr("Copy as TSV\tCtrl+C"), this, [this, copy] { copy(as_tsv()); });
  menu->addAction(icon(QStringLiteral("code")), tr("Copy as JSON"), this, [this, copy] { copy(as_json()); });
  menu->addAction(icon(QStringLiteral("table")), tr("Copy as Markdown"), this, [this, copy] { copy(as_markdown()); });
  menu->popup(event->globalPos());
}

}  // namespace panels::kit
