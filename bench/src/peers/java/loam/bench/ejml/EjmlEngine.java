package loam.bench.ejml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Work;
import loam.bench.work.LoopEngine;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** EJML's dense matrix product on one thread; products only. */
public final class EjmlEngine implements Engine {
    @Override
    public Work open(Row row, Path dir) throws IOException {
        Problem.Product p = LoopEngine.product(row);
        FMatrixRMaj a = new FMatrixRMaj(p.n(), p.n());
        FMatrixRMaj b = new FMatrixRMaj(p.n(), p.n());
        FMatrixRMaj c = new FMatrixRMaj(p.n(), p.n());
        a.setData(Raw.floats(dir.resolve("a")));
        b.setData(Raw.floats(dir.resolve("b")));
        return new Work() {
            @Override
            public void iterate(int n) {
                for (int i = 0; i < n; i++) {
                    if (p.transposeA()) {
                        CommonOps_FDRM.multTransA(a, b, c);
                    } else if (p.transposeB()) {
                        CommonOps_FDRM.multTransB(a, b, c);
                    } else {
                        CommonOps_FDRM.mult(a, b, c);
                    }
                }
            }

            @Override
            public float[][] results() {
                iterate(1);
                return new float[][] {c.data.clone()};
            }
        };
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("ejml", "CommonOps_FDRM.mult");
    }
}
