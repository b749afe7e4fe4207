package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.autograd.GradCheck;
import loam.autograd.Ops;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.LoamException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Einstein sums against nested loops over all letters, with gradients. Would catch a wrong batch, order of axes, diagonal, summed letter,
 * ellipsis, implicit output or order of contraction.
 */
@Tag("fast")
class EinsumTest {
    private static final Map<Character, Integer> EXTENTS = Map.of('i', 2, 'j', 3, 'k', 4, 'l', 5, 'b', 2, 'h', 3, 'm', 1);
    private static final String[] EQUATIONS = {"ij,jk->ik", "ij,jk", "ij->ji", "ij->", "ij", "ji", "ii->i", "ii", "ii->", "iij->j", "iji->ij", "i,j->ij", "ij,ij->ij",
        "ij,ij->i", "ij,ij->", "bhij,bhkj->bhik", "bij,bjk->bik", "bij,jk->bki", "ijk,jil->kl", "ij,kl->ijkl", "ij,kl->", "i,i", "ij,j", "ij,i->j", "ijk->k",
        "ij,jk,kl->il", "ij,jk,kl", "bij,bjk,bkl,l->bi", "i,i,i->i", "ij,j,k->ki", "ii,ij,jj->i", "imj,mk->ijk", "im,jm->ij", "ijk,k,j->i", ",ij->ij", "ij,->", "jkil->lijk"};

    /** The sum as its definition reads. */
    private static double[] loops(String equation, List<Tensor> x) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        String out = sides.length > 1 ? sides[1] : implicit(sides[0].replace(",", ""));
        Map<Character, Integer> letters = new LinkedHashMap<>();
        for (char c : (out + sides[0].replace(",", "")).toCharArray()) {
            letters.put(c, EXTENTS.get(c));
        }
        int[] extents = letters.values().stream().mapToInt(Integer::intValue).toArray();
        List<Character> names = new ArrayList<>(letters.keySet());
        int kept = 1;
        for (int i = 0; i < out.length(); i++) {
            kept *= extents[i];
        }
        int all = NaiveArray.count(extents);
        double[] y = new double[kept];
        for (int flat = 0; flat < all; flat++) {
            int[] at = NaiveArray.index(extents, flat);
            double product = 1;
            for (int t = 0; t < terms.length; t++) {
                int[] index = new int[terms[t].length()];
                for (int a = 0; a < index.length; a++) {
                    index[a] = at[names.indexOf(terms[t].charAt(a))];
                }
                product *= x.get(t).at(index);
            }
            y[flat / (all / kept)] += product;
        }
        return y;
    }

    private static String implicit(String letters) {
        StringBuilder b = new StringBuilder();
        letters.chars().sorted().filter(c -> letters.indexOf(c) == letters.lastIndexOf(c)).forEach(c -> b.append((char) c));
        return b.toString();
    }

    private static List<Tensor> operands(String equation) {
        List<Tensor> out = new ArrayList<>();
        for (String term : equation.split("->")[0].split(",", -1)) {
            int[] d = term.chars().map(c -> EXTENTS.get((char) c)).toArray();
            out.add(out.size() % 2 == 0 ? NaiveArray.numbered(d).strided() : NaiveArray.numbered(d).tensor());
        }
        return out;
    }

    @Test
    void everyEquation() {
        for (String equation : EQUATIONS) {
            List<Tensor> x = operands(equation);
            double[] expected = loops(equation, x);
            assertArrayEquals(expected, Tensor.einsum(equation, x.toArray(Tensor[]::new)).toDoubles(), 1e-9, equation);
            assertArrayEquals(expected, Ops.einsum(equation, x.toArray(Tensor[]::new)).value().toDoubles(), 1e-9, equation);
            Tensor[] single = x.stream().map(t -> t.to(DType.F32)).toArray(Tensor[]::new);
            double largest = java.util.Arrays.stream(expected).map(Math::abs).max().orElse(0);
            assertArrayEquals(expected, Tensor.einsum(equation, single).toDoubles(), 1e-5 * largest + 1e-3, equation);
            assertTrue(Tensor.einsum(equation, single).isDense());
        }
    }

    @Test
    void gradients() {
        for (String equation : EQUATIONS) {
            Tensor[] x = operands(equation).stream().map(t -> t.mul(0.2)).toArray(Tensor[]::new);
            assertEquals(0, GradCheck.direction(in -> Ops.einsum(equation, in), Rng.seed(1), x), 1e-6, equation);
            assertEquals(0, GradCheck.secondOrder(in -> Ops.einsum(equation, in), Rng.seed(2), x), 1e-5, equation);
        }
    }

    @Test
    void ellipses() {
        Tensor a = NaiveArray.numbered(2, 3, 4, 5).tensor();
        Tensor b = NaiveArray.numbered(3, 5, 6).strided();
        assertArrayEquals(a.matmul(b).toDoubles(), Tensor.einsum("...ij,...jk->...ik", a, b).toDoubles(), 1e-12);
        assertArrayEquals(a.matmul(b).toDoubles(), Tensor.einsum("...ij,...jk", a, b).toDoubles(), 1e-12);
        assertArrayEquals(a.transpose(0, 3).toDoubles(), Tensor.einsum("i...j->j...i", a).toDoubles());
        assertArrayEquals(a.sum(-1).toDoubles(), Tensor.einsum("...i->...", a).toDoubles(), 1e-12);
        assertArrayEquals(a.sum(1, 2).toDoubles(), Tensor.einsum("i...j->ij", a).toDoubles(), 1e-12);
        Tensor one = NaiveArray.numbered(2, 1, 4, 5).tensor();
        assertArrayEquals(one.mul(a).toDoubles(), Tensor.einsum("...,...->...", one, a).toDoubles(), 1e-12);
        assertArrayEquals(one.mul(a).sum(0, 1, 2, 3).toDoubles(), Tensor.einsum("abcd,abcd->", one, a).toDoubles(), 1e-9);
    }

    @Test
    void emptyAndWholeNumbers() {
        assertEquals(0, Tensor.einsum("ij,jk->ik", Tensor.ones(Shape.of(2, 0)), Tensor.ones(Shape.of(0, 3))).sum().item());
        assertEquals(Shape.of(0, 3), Tensor.einsum("ij,jk->ik", Tensor.ones(Shape.of(0, 2)), Tensor.ones(Shape.of(2, 3))).shape());
        Tensor x = Tensor.einsum("i,i->", Tensor.ofInts(Shape.of(2), 3, 4), Tensor.ofInts(Shape.of(2), 5, 6));
        assertEquals(39, x.item());
        assertTrue(!x.dtype().isFloating());
    }

    @Test
    void mistakesAreNamed() {
        Tensor a = Tensor.ones(Shape.of(2, 3));
        mistake(ShapeException.class, "'j' is 3 in operand 1, elsewhere 2", () -> Tensor.einsum("ij,kj->ik", a.t(), a));
        mistake(ShapeException.class, "term 0 names 3 axes, its operand has 2", () -> Tensor.einsum("ijk->i", a));
        mistake(ShapeException.class, "'i' is 3", () -> Tensor.einsum("ii->i", a));
        mistake(ArgumentException.class, "2 terms for 1 operands", () -> Tensor.einsum("ij,jk->ik", a));
        mistake(ArgumentException.class, "occurs twice in the output", () -> Tensor.einsum("ij->ii", a));
        mistake(ArgumentException.class, "in no operand", () -> Tensor.einsum("ij->ik", a));
        mistake(ArgumentException.class, "not a letter", () -> Tensor.einsum("i1->i", a));
    }

    private static void mistake(Class<? extends LoamException> type, String text, Runnable body) {
        LoamException e = assertThrows(type, body::run);
        assertTrue(e.getMessage().startsWith("einsum: ") && e.getMessage().contains(text) && e.getMessage().contains("equation"), e::getMessage);
    }
}
